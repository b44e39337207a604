"""The settings of the headset in the browser."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SECRET_MIN = 16

Address = Annotated[str, Field(pattern=r"^(|/[^\s;,]*|wss?://[^\s;,/]+(/[^\s;,]*)?)$")]
Whole = Annotated[str, Field(pattern=r"^wss?://[^\s;,/]+(/[^\s;,]*)?$")]
Node = Annotated[str, Field(pattern=r"^[a-z0-9]{1,12}$")]
Stun = Annotated[str, Field(pattern=r"^stuns?:[^\s]+$")]
TurnUrl = Annotated[str, Field(pattern=r"^turns?:[^\s]+$")]


class Turn(BaseModel):
    """A relay (RFC 8656). `user` and `password`: the same for everybody; or `secret`: what both make each usuario's of.

    With a secret (coturn's ``use-auth-secret``) they hold for `hours`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    urls: Annotated[tuple[TurnUrl, ...], Field(min_length=1)]
    user: str = ""
    password: str = ""
    secret: str = ""
    hours: Annotated[float, Field(gt=0, le=72)] = 12.0

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if bool(self.secret) == bool(self.user and self.password) or bool(self.user) != bool(self.password):
            raise ValueError(
                f"turn {self.urls[0]!r}: give it either user and password, or secret (the static-auth-secret of coturn "
                "with use-auth-secret), and not both"
            )
        return self


class Headset(BaseModel):
    """`ws`: Asterisk's WebSocket as browsers reach it, a path of the page's own host or a whole URL; empty: none.

    `secret`: what each usuario's SIP password is made of (`agents.headset`). `ice`: STUN servers, for floors that are
    not in Asterisk's own network. `visible_to_agent`: whether ejecutivos see that they are listened to. `nodes`: by its
    name, each other node's WebSocket as whole URL, for supervisors who listen there. `turn`: relays, for floors from
    which Asterisk's RTP ports cannot be reached; `relay_only`: audio goes by no other way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    ws: Address = ""
    secret: str = ""
    ice: tuple[Stun, ...] = ()
    visible_to_agent: bool = True
    nodes: dict[Node, Whole] = Field(default_factory=dict)
    turn: tuple[Turn, ...] = ()
    relay_only: bool = False

    @model_validator(mode="after")
    def _secret_where_needed(self) -> Self:
        if (self.ws or self.nodes) and len(self.secret) < SECRET_MIN:
            raise ValueError(
                f"ws = {self.ws!r} with a secret of {len(self.secret)} characters: every SIP password is made of the "
                f"secret; give it at least {SECRET_MIN}, such as what `openssl rand -hex 24` prints"
            )
        return self

    @model_validator(mode="after")
    def _relay_where_needed(self) -> Self:
        if self.relay_only and not self.turn:
            raise ValueError("relay_only = true without any [[headset.turn]]: no audio could go anywhere; name a relay")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every WebSocket that a page of this node may have to open."""
        return (self.ws, *self.nodes.values())
