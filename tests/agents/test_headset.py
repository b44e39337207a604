"""What a headset in the browser registers with, and that Asterisk is told the same."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

import msgspec
import pytest

from agents.access import Role
from agents.headset import (
    Ice,
    IceServer,
    abroad,
    endpoint_name,
    endpoint_of,
    from_abroad,
    ice,
    password,
    pjsip,
    registration,
    wears_headset,
)
from agents.usuario import Usuario
from config.headset import Headset, Turn

SECRET = "un-secreto-de-la-sala"
WEB = Headset(ws="/sip", secret=SECRET, ice=("stun:stun.example:3478",))
TEMPLATE = "PJSIP/{agent}"
NOW_MS = 1_795_000_000_500


def somebody(code: str, role: str = "ejecutivo", active: bool = True) -> Usuario:
    return Usuario(code, code, role, "hash", active=active)


def test_a_password_is_the_usuarios_own_and_changes_with_the_secret() -> None:
    whole = hmac.new(SECRET.encode(), b"e01", hashlib.sha256).hexdigest()
    assert whole.startswith(password(SECRET, "e01"))
    assert len({password(SECRET, "e01"), password(SECRET, "e02"), password("otro", "e01")}) == 3
    assert len(password(SECRET, "e01")) == 32


def test_asterisk_is_told_the_password_that_the_page_is_given() -> None:
    own = registration(WEB, TEMPLATE, "e01", NOW_MS)
    assert own is not None
    written = re.findall(r"username = (.*)\npassword = (.*)", pjsip([somebody("e01")], SECRET, TEMPLATE))
    assert written == [(own.user, own.password)]
    assert (own.uri, own.echo, own.ws) == ("sip:e01@cintillo", "sip:eco@cintillo", "/sip")


def test_who_talks_or_listens_has_a_headset_and_nobody_else() -> None:
    assert {role.value for role in Role if wears_headset(role)} == {"ejecutivo", "supervisor", "jefe", "calidad"}
    people = [somebody(role.value, role) for role in Role] + [somebody("fue", active=False)]
    names = re.findall(r"username = (.*)", pjsip(people, SECRET, TEMPLATE))
    assert names == ["calidad", "ejecutivo", "jefe", "supervisor"]


@pytest.mark.parametrize("code", ["e01](x)", "e 01", "e01\npassword = ", ";e01", "", "ñandú", "a" * 41])
def test_a_code_that_asterisks_files_cannot_hold_gets_no_headset(code: str) -> None:
    assert registration(WEB, TEMPLATE, code, NOW_MS) is None
    assert "[" not in pjsip([somebody(code)], SECRET, TEMPLATE)


def test_where_settings_name_no_websocket_or_another_technology_there_is_no_headset() -> None:
    assert registration(Headset(), TEMPLATE, "e01", NOW_MS) is None
    assert registration(WEB, "SIP/{agent}", "e01", NOW_MS) is None
    assert endpoint_name("e01", "PJSIP/sala-{agent}") == "sala-e01"


@pytest.mark.parametrize(
    ("dialled", "endpoint"),
    [
        ("PJSIP/{number}@troncal", "troncal"),
        ("PJSIP/troncal/sip:{number}@10.0.0.1", "troncal"),
        ("pjsip/e01", "e01"),
        ("SIP/{number}@troncal", ""),
    ],
)
def test_the_endpoint_is_found_in_a_dial_string(dialled: str, endpoint: str) -> None:
    assert endpoint_of(dialled) == endpoint


OTHERS = Headset(ws="/sip", secret=SECRET, nodes={"n2": "wss://n2.example/sip"})


def test_at_another_node_a_page_registers_with_the_password_that_asterisk_there_was_told() -> None:
    there = abroad(WEB, "PJSIP/sala-{agent}", "e01", NOW_MS)
    assert there is not None
    assert password(SECRET, "sala-e01") not in msgspec.json.encode(there).decode(), "nodes tell each other no password"
    own = from_abroad(OTHERS, "n2", there)
    assert own is not None
    assert (own.ws, own.user, own.ice) == ("wss://n2.example/sip", "sala-e01", there.ice)
    assert f"password = {own.password}\n" in pjsip([somebody("e01")], SECRET, "PJSIP/sala-{agent}")


def test_a_node_with_another_secret_or_without_an_address_gives_no_registration() -> None:
    there = abroad(WEB, TEMPLATE, "e01", NOW_MS)
    stranger = abroad(Headset(ws="/sip", secret="otro-secreto-de-sala"), TEMPLATE, "e01", NOW_MS)
    assert there is not None and stranger is not None
    assert from_abroad(OTHERS, "n2", stranger) is None
    assert from_abroad(OTHERS, "n3", there) is None
    assert abroad(Headset(), TEMPLATE, "e01", NOW_MS) is None


# ── relays ──────────────────────────────────────────────────────────────────────────────────────────

URLS = ("turn:turn.example:3478?transport=udp", "turns:turn.example:5349")


def test_a_relays_credentials_are_the_usuarios_own_and_end_with_the_shift() -> None:
    """The name is what coturn reads (expiry in Unix seconds, colon, anything), the password its HMAC-SHA1 in base64."""
    web = Headset(ws="/sip", secret=SECRET, turn=(Turn(urls=URLS, secret="norte", hours=12),))
    found = ice(web, "e01", NOW_MS)
    (relay,) = found.servers
    assert (relay.urls, relay.username) == (URLS, f"{1_795_000_000 + 12 * 3600}:e01")
    sha1 = hmac.new(b"norte", relay.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(relay.credential) == sha1
    assert (found.hold_ms, found.relay_only) == (12 * 3_600_000, False)


def test_a_relay_with_one_password_for_all_is_told_as_it_is_beside_the_stun_servers() -> None:
    turn = Turn(urls=URLS, user="sala", password="clave")
    web = Headset(ws="/sip", secret=SECRET, ice=("stun:stun.example",), turn=(turn,), relay_only=True)
    found = ice(web, "e01", NOW_MS)
    assert found == Ice((IceServer(("stun:stun.example",)), IceServer(URLS, "sala", "clave")), 0, True)
    assert ice(Headset(), "e01", NOW_MS) == Ice((), 0, False)
