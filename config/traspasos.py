"""The settings of transfers to the outside: telephones that a debtor may be handed to in a call, and how."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import phonenumbers
from phonenumbers import PhoneNumberType
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

REGION = "CL"
COUNTRY = 56
DEAR = {PhoneNumberType.PREMIUM_RATE: "premium rate"}
"""Kinds of number that no directory may hold: the call would be paid dearly, and by the firm."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Kind = Literal["attended", "blind"]


def is_emergency(text: str) -> bool:
    """Whether these digits are one of Chile's emergency numbers."""
    return bool(phonenumbers.is_emergency_number("".join(char for char in text if char.isdigit()), REGION))


def _number(text: str) -> str:
    """A Chilean number in E.164, from any way to write one. Raises `ValueError` for emergency, premium and foreign."""
    if is_emergency(text):
        raise ValueError(f"{text!r} is an emergency number: debtors are never handed to one")
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{text!r} is no telephone number; write it as +56 and nine digits") from None
    if number.country_code != COUNTRY or not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text!r} is no Chilean telephone number; write it as +56 and nine digits")
    dear = DEAR.get(phonenumbers.number_type(number))
    if dear:
        raise ValueError(f"{text!r} is a {dear} number: debtors are never handed to one")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Externo(BaseModel):
    """One telephone of the directory. `carteras`: whose debtors may be handed to it, none named: all's.

    `kinds`: attended (the ejecutivo speaks to them first), blind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Code
    label: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[str, AfterValidator(_number)]
    carteras: tuple[Code, ...] = ()
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = ("attended", "blind")


class Traspasos(BaseModel):
    """`externos`: the directory. `free_numbers`: ejecutivos may type a number too. `ring_s`: how long it rings.

    `max_min`: after so many minutes such a call ends. `record_external`: the recording goes on while none of ours is
    on the line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    externos: tuple[Externo, ...] = ()
    free_numbers: bool = False
    record_external: bool = False
    ring_s: Annotated[float, Field(ge=10, le=120)] = 30.0
    max_min: Annotated[float, Field(ge=1, le=600)] = 60.0

    @model_validator(mode="after")
    def _each_code_once(self) -> Self:
        codes = [one.code for one in self.externos]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise ValueError(f"two externos have the code {twice!r}; each needs its own")
        return self

    @property
    def ring_ms(self) -> int:
        return round(self.ring_s * 1000)

    @property
    def max_ms(self) -> int:
        return round(self.max_min * 60_000)
