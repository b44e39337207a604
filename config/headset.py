"""The settings of the headset in the browser."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SECRET_MIN = 16

Address = Annotated[str, Field(pattern=r"^(|/[^\s;,]*|wss?://[^\s;,/]+(/[^\s;,]*)?)$")]
Stun = Annotated[str, Field(pattern=r"^stuns?:[^\s]+$")]


class Headset(BaseModel):
    """`ws`: Asterisk's WebSocket as browsers reach it, a path of the page's own host or a whole URL; empty: none.

    `secret`: what each usuario's SIP password is made of (`agents.headset`). `ice`: STUN servers, for floors that are
    not in Asterisk's own network. `visible_to_agent`: whether ejecutivos see that they are listened to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    ws: Address = ""
    secret: str = ""
    ice: tuple[Stun, ...] = ()
    visible_to_agent: bool = True

    @model_validator(mode="after")
    def _secret_where_needed(self) -> Self:
        if self.ws and len(self.secret) < SECRET_MIN:
            raise ValueError(
                f"ws = {self.ws!r} with a secret of {len(self.secret)} characters: every SIP password is made of the "
                f"secret; give it at least {SECRET_MIN}, such as what `openssl rand -hex 24` prints"
            )
        return self
