"""The settings of the headset in the browser."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.headset import Headset, Turn

SECRET = "un-secreto-de-la-sala"


@pytest.mark.parametrize("ws", ["/sip", "wss://pbx.example/ws", "ws://127.0.0.1:8088/ws", "wss://pbx.example"])
def test_the_websocket_is_a_path_or_a_whole_address(ws: str) -> None:
    assert Headset(ws=ws, secret=SECRET).ws == ws


@pytest.mark.parametrize("ws", ["pbx.example/ws", "https://pbx.example", "wss://pbx; script-src *", "wss://a b"])
def test_what_no_browser_could_open_or_the_pages_policy_could_not_hold_is_refused(ws: str) -> None:
    with pytest.raises(ValidationError):
        Headset(ws=ws, secret=SECRET)


def test_a_websocket_without_a_secret_says_how_to_make_one() -> None:
    with pytest.raises(ValidationError, match="openssl rand -hex 24"):
        Headset(ws="/sip")
    assert Headset().secret == ""


def test_only_stun_servers_are_named() -> None:
    assert Headset(ice=("stun:stun.example:3478",)).ice
    with pytest.raises(ValidationError):
        Headset(ice=("turn:turn.example",))


def test_other_nodes_are_reached_by_whole_addresses_alone() -> None:
    own = Headset(ws="/sip", secret=SECRET, nodes={"n2": "wss://n2.example/sip"})
    assert own.addresses == ("/sip", "wss://n2.example/sip")
    for address in ("/sip", "n2.example", "wss://n2; script-src *", ""):
        with pytest.raises(ValidationError):
            Headset(ws="/sip", secret=SECRET, nodes={"n2": address})
    with pytest.raises(ValidationError, match="openssl"):
        Headset(nodes={"n2": "wss://n2.example/sip"})


def test_a_relay_is_entered_with_a_name_or_by_a_secret_and_audio_by_relays_alone_needs_one() -> None:
    urls = ("turn:turn.example:3478",)
    assert Turn(urls=urls, secret="norte").hours == 12
    assert Turn(urls=urls, user="sala", password="clave").secret == ""
    wrong: list[dict[str, str]] = [
        {},
        {"user": "sala"},
        {"password": "clave"},
        {"user": "sala", "password": "clave", "secret": "norte"},
        {"user": "sala", "secret": "norte"},
    ]
    for words in wrong:
        with pytest.raises(ValidationError, match="either user and password, or secret"):
            Turn.model_validate({"urls": urls, **words})
    with pytest.raises(ValidationError):
        Turn(urls=("stun:stun.example",), secret="norte")
    with pytest.raises(ValidationError, match=r"headset\.turn"):
        Headset(relay_only=True)
