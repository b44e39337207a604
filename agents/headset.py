"""The headset in the browser: what its owner needs to register, and the same as Asterisk's files have it.

Nobody types a SIP password: it follows from the site's secret and the usuario's code, so that the page is given what
``cintillo asterisk pjsip`` wrote for Asterisk.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

import msgspec

from agents.access import Permission, allowed
from agents.usuario import Usuario
from config.headset import Headset, Turn

DOMAIN = "cintillo"
"""Behind the @ of every SIP address: Asterisk goes by the name before it."""
ECHO = "eco"
"""The extension of `cintillo-eco`: say something, hear yourself."""
PASSWORD_CHARS = 32

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class IceServer(msgspec.Struct, frozen=True):
    """As browsers take it (``RTCIceServer``); STUN servers ask for no name."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class Ice(msgspec.Struct, frozen=True):
    """How audio finds its way. `hold_ms`: how long the credentials hold, 0: for ever; `relay_only`: by relays alone."""

    servers: tuple[IceServer, ...]
    hold_ms: int
    relay_only: bool


class Registration(msgspec.Struct, frozen=True):
    """What `GET /api/headset` answers; `ws` as in `config.headset`, `uri` and `echo` SIP addresses."""

    ws: str
    uri: str
    user: str
    password: str
    ice: Ice
    echo: str
    visible_to_agent: bool


def password(secret: str, user: str) -> str:
    """The SIP password of an endpoint: 128 bits of HMAC-SHA256 (RFC 2104), in hexadecimal."""
    return hmac.new(secret.encode(), user.encode(), hashlib.sha256).hexdigest()[:PASSWORD_CHARS]


class Abroad(msgspec.Struct, frozen=True):
    """What a node tells another of a headset's registration with its Asterisk: no password, which both can make.

    `key`: by which they know that they make the same one.
    """

    user: str
    ice: Ice
    key: str
    visible_to_agent: bool


def _key(secret: str) -> str:
    """No usuario's password is made of the empty name, and nothing follows from it."""
    return password(secret, "")


def wears_headset(role: str) -> bool:
    """Whether the role talks to debtors, or listens in."""
    return allowed(role, Permission.TAKE_CALLS) or allowed(role, Permission.LISTEN)


def endpoint_of(dialled: str) -> str:
    """``troncal`` of ``PJSIP/{number}@troncal`` and of ``PJSIP/troncal/sip:…``; empty for another technology."""
    tech, _, rest = dialled.partition("/")
    if tech.upper() != "PJSIP":
        return ""
    first, slash, _ = rest.partition("/")
    return first if slash else rest.rpartition("@")[2]


def endpoint_name(code: str, template: str) -> str:
    """The PJSIP endpoint of a usuario, by settings ``asterisk.agent_endpoint``.

    Empty where they have none that a browser may be: another technology, or a code that Asterisk's files cannot hold.
    """
    name = endpoint_of(template.replace("{agent}", code))
    return name if _NAME.fullmatch(name) else ""


def ice(settings: Headset, user: str, now_ms: int) -> Ice:
    """The STUN and TURN servers with this endpoint's credentials."""
    stun = (IceServer(settings.ice),) if settings.ice else ()
    relays = tuple(_relay(turn, user, now_ms) for turn in settings.turn)
    held = [_hold_ms(turn) for turn in settings.turn if turn.secret]
    return Ice(stun + relays, min(held, default=0), settings.relay_only)


def _hold_ms(turn: Turn) -> int:
    return round(turn.hours * 3_600_000)


def _relay(turn: Turn, user: str, now_ms: int) -> IceServer:
    """Credentials that end with a shift: user ``expiry:name``, expiry in seconds of Unix time, and the base64 of its
    HMAC-SHA1 by the secret (draft-uberti-behave-turn-rest-00; coturn's ``use-auth-secret``).
    """
    if not turn.secret:
        return IceServer(turn.urls, turn.user, turn.password)
    name = f"{(now_ms + _hold_ms(turn)) // 1000}:{user}"
    made = hmac.new(turn.secret.encode(), name.encode(), hashlib.sha1).digest()
    return IceServer(turn.urls, name, base64.b64encode(made).decode())


def registration(settings: Headset, template: str, code: str, now_ms: int) -> Registration | None:
    """What this usuario's page registers with; None where there is no headset in the browser for them."""
    user = endpoint_name(code, template)
    if not settings.ws or not user:
        return None
    return Registration(
        ws=settings.ws,
        uri=f"sip:{user}@{DOMAIN}",
        user=user,
        password=password(settings.secret, user),
        ice=ice(settings, user, now_ms),
        echo=f"sip:{ECHO}@{DOMAIN}",
        visible_to_agent=settings.visible_to_agent,
    )


def abroad(settings: Headset, template: str, code: str, now_ms: int) -> Abroad | None:
    """What another node's page needs to register this usuario here."""
    own = registration(settings, template, code, now_ms)
    if own is None:
        return None
    return Abroad(own.user, own.ice, _key(settings.secret), own.visible_to_agent)


def from_abroad(settings: Headset, node: str, there: Abroad) -> Registration | None:
    """What that node told, for a page of this one; None where the two make different passwords, or no way is known."""
    if node not in settings.nodes or there.key != _key(settings.secret):
        return None
    return Registration(
        ws=settings.nodes[node],
        uri=f"sip:{there.user}@{DOMAIN}",
        user=there.user,
        password=password(settings.secret, there.user),
        ice=there.ice,
        echo=f"sip:{ECHO}@{DOMAIN}",
        visible_to_agent=there.visible_to_agent,
    )


HEAD = """\
; Written by `cintillo asterisk pjsip`: the headsets in the browser of everybody who talks or listens. Do not edit it;
; write it again when people come or go, or the secret changes, and then: asterisk -rx 'module reload res_pjsip.so'
"""
BLOCK = """
[{name}](cintillo-ejecutivo-web)
auth = {name}
aors = {name}
[{name}](cintillo-clave)
username = {name}
password = {password}
[{name}](cintillo-aor)
"""


def pjsip(usuarios: Iterable[Usuario], secret: str, template: str) -> str:
    """The endpoints of the active usuarios who wear a headset, to be #included after ``pjsip_cintillo.conf``."""
    wearers = sorted(one.code for one in usuarios if one.active and wears_headset(one.role))
    names = [name for name in (endpoint_name(code, template) for code in wearers) if name]
    return HEAD + "".join(BLOCK.format(name=name, password=password(secret, name)) for name in names)
