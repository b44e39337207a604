"""The console's WebSocket, over a real one."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from agents.agent import State
from agents.messages import Callback, PauseReason, Problem, StateChanged
from tests.agents.fake_desk import CARD, NOW_MS, SESSION_MS, Console, FakeDesk, Site, on_site, site, until


def test_the_first_words_are_who_one_is_and_ones_state() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            first, second = [json.loads(await console.socket.recv()) for _ in range(2)]
            assert first == {
                "type": "welcome",
                "agent_id": "e01",
                "name": "E01",
                "role": "ejecutivo",
                "carteras": ["facturas"],
                "now_ms": NOW_MS,
                "pauses": [{"reason": "otra", "label": "Otra"}],
                "zone": "America/Punta_Arenas",
            }
            assert (second["type"], second["state"]) == ("state", "pausa")
            assert console.socket.subprotocol == "cintillo.v1"

    on_site(story)


@pytest.mark.parametrize("token", ["", "inventado", "x" * 500])
def test_without_a_session_the_page_is_told_by_a_close_code(token: str) -> None:
    async def story(here: Site) -> None:
        async with here.socket(token) as socket:
            assert (await Console(socket).closed())[0] == 4401
        assert here.desk.gone == []

    on_site(story)


def test_what_the_agent_asks_reaches_the_desk() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            for message in (
                {"type": "ready"},
                {"type": "hold"},
                {"type": "resume"},
                {"type": "registered"},
                {"type": "hangup"},
                {"type": "pause", "reason": "baño"},
                {"type": "dial", "caso_id": 7},
                {"type": "skip", "caso_id": 7, "reason": "sin_datos"},
                {"type": "ping", "n": 7},
            ):
                await console.say(message)
            assert (await console.heard("problem"))["code"] == "no_preview"
            assert await console.heard("pong") == {"type": "pong", "n": 7}
        assert here.desk.asked == [
            ("ready", "e01"),
            ("hold", "e01"),
            ("resume", "e01"),
            ("registered", "e01"),
            ("hangup", "e01"),
            ("pause", "e01", "baño"),
            ("dial", "e01", "7"),
            ("skip", "e01", "7", "sin_datos"),
        ]

    on_site(story)


NONSENSE: list[tuple[str | bytes, str]] = [
    ("", "no es JSON"),
    ("hola", "no es JSON"),
    ("[1,2]", "objeto"),
    ("{}", "«type»"),
    ('{"type":"volar"}', "volar"),
    ('{"type":7}', "«type»"),
    ('{"type":"pause"}', "reason"),
    ('{"type":"pause","reason":5}', "reason"),
    ('{"type":"gestion","attempt_id":"c.1","code":"D01","coment":"x"}', "coment"),
    ('{"type":"gestion","attempt_id":"c.1","code":"D01","comment":"a\\u0000b"}', "comment"),
    ('{"type":"gestion","attempt_id":"c.1","code":"D08","callback":{"at_ms":1e30}}', "at_ms"),
    ("[" * 50_000, "JSON"),
    ('{"type":"ping","x":' + "[" * 60_000, ""),
    (b"\x00\x01binario", "binario"),
    ('{"type":"pause","reason":"' + "x" * 70_000 + '"}', "65536"),
]


def test_nonsense_is_answered_with_what_was_wrong_and_the_link_stays() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            for nonsense, named in NONSENSE:
                await console.say(nonsense)
                problem = await console.heard("problem")
                assert problem["code"] == "nonsense", nonsense[:80]
                assert named in problem["detail"]
                assert "gestion, hand, hangup, hold" in problem["detail"]
            await console.say({"type": "ping", "n": 1})
            await console.heard("pong")

    on_site(story)


def test_what_the_desk_refuses_is_a_problem_and_the_link_stays() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.say({"type": "ready"})
            assert (await console.heard("problem"))["code"] == "gestion_due"
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "D01"})
            assert (await console.heard("problem"))["detail"] == "Falta la fecha del compromiso."
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "S04"})
            assert await console.heard("saved") == {"type": "saved", "attempt_id": "c.n1.a.1", "gestion_id": 1}

    on_site(story)


def test_guardado_tells_at_once_that_a_rellamado_will_be_made_later() -> None:
    async def story(here: Site) -> None:
        here.desk.put_off = {"call_ms": 1_796_137_500_000, "rule": "contact_quota", "notice": "Se llamará desde el…"}
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            callback = {"at_ms": 1_795_600_000_000, "consent": True}
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "D08", "callback": callback})
            saved = await console.heard("saved")
            assert {key: saved[key] for key in here.desk.put_off} == here.desk.put_off
            assert here.desk.gestiones["c.n1.a.1"][1].callback == Callback(1_795_600_000_000, consent=True)

    on_site(story)


def test_guardado_is_said_only_after_the_commit() -> None:
    async def story(here: Site) -> None:
        committed = asyncio.Event()
        here.desk.commit = lambda: until(committed.is_set)
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.heard("call")
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "S04"})
            here.desk.become("e01", State.CIERRE)
            assert (await console.heard("state"))["state"] == "cierre"
            committed.set()
            await console.heard("saved")

    on_site(story)


def test_a_commit_goes_on_when_the_page_goes_and_sending_it_again_is_answered_alike() -> None:
    async def story(here: Site) -> None:
        started, committed = asyncio.Event(), asyncio.Event()

        async def commit() -> None:
            started.set()
            await committed.wait()

        here.desk.commit = commit
        gestion = {"type": "gestion", "attempt_id": "c.n1.a.1", "code": "S04"}
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.say(gestion)
            await started.wait()
            console.socket.transport.abort()
            here.desk.become("e01", State.CIERRE)
        committed.set()
        await until(lambda: here.desk.gestiones)
        async with here.console("e01") as console:
            await console.say(gestion)
            assert (await console.heard("saved"))["gestion_id"] == 1

    on_site(story)


def test_an_agent_who_comes_back_finds_the_call_that_waits_for_its_gestion() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.heard("call")
        await until(lambda: here.desk.gone == ["e01"])
        here.desk.end("e01")
        async with here.console("e01") as console:
            shown = await console.heard("call")
            assert (shown["attempt_id"], shown["pending"]) == ("c.n1.a.1", True)

    on_site(story)


def test_a_second_console_takes_over_from_the_first() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as first, here.console("e01") as second:
            assert (await first.heard("problem"))["code"] == "replaced"
            assert (await first.closed())[0] == 4409
            await second.say({"type": "ping", "n": 2})
            await second.heard("pong")
            assert here.desk.gone == []
            assert list(here.desk.sends) == ["e01"]

    on_site(story)


def test_an_ejecutivo_sees_the_rut_and_the_phone_masked() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            card: dict[str, Any] = (await console.heard("call"))["card"]
            assert card["deudor"] == {"rut": "**.***.678-5", "nombre": "Ñandú Ltda."}
            assert card["telefonos"][0]["e164"] == "+569****5678"
            assert here.desk.calls["e01"].card == CARD

    on_site(story)


def test_a_page_that_falls_behind_loses_its_link_and_is_told_why() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            await console.heard("state")
            for _ in range(300):
                here.desk.sends["e01"](StateChanged(State.PAUSA, NOW_MS))
            assert (await console.closed())[0] == 4413
        assert here.desk.gone == ["e01"]

    on_site(story)


def test_a_page_that_stopped_reading_holds_up_nobody_not_even_the_servers_stop() -> None:
    async def story() -> None:
        desk = FakeDesk()
        async with site(desk) as here, here.console("e02") as other:
            token = await here.token("e01")
            stuck = await here.socket(token, max_queue=1, ping_interval=None)
            await until(lambda: "e01" in desk.sends)
            big = Problem("x", "á" * 100_000)
            async with asyncio.timeout(30):
                while "e01" in desk.sends:
                    desk.sends["e01"](big)
                    await asyncio.sleep(0)
            await other.say({"type": "ping", "n": 3})
            await other.heard("pong")
        stuck.transport.abort()

    asyncio.run(story())


def test_logging_out_leaves_the_floor_and_closes_the_link() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            await console.say({"type": "logout"})
            assert (await console.heard("state"))["state"] == "pausa"
            assert (await console.heard("state"))["state"] == "desconectado"
            assert (await console.closed())[0] == 1000
        assert here.desk.asked == [("logout", "e01")]

    on_site(story)


def test_logging_out_over_rest_closes_the_console_of_that_session_only() -> None:
    async def story(here: Site) -> None:
        token = await here.token("e01")
        async with here.socket(token) as mine, here.console("e02") as other:
            await Console(mine).heard("state")
            await here.http.post("/api/logout", headers={"Authorization": f"Bearer {token}"})
            assert (await Console(mine).closed())[0] == 1000
            await other.say({"type": "ping"})
            await other.heard("pong")
        assert here.desk.asked == [("logout", "e01")]

    on_site(story)


def test_an_expired_session_still_saves_the_gestion_in_hand_but_takes_no_further_call() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            here.desk.clock_ms += SESSION_MS
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "S04"})
            await console.heard("saved")
            await console.say({"type": "ready"})
            assert (await console.heard("problem"))["code"] == "session_expired"
            assert (await console.closed())[0] == 4401
        assert ("ready", "e01") not in here.desk.asked

    on_site(story)


def test_a_server_that_stops_asks_its_consoles_to_come_back() -> None:
    async def story() -> None:
        async with site() as here:
            console = Console(await here.socket(await here.token("e01")))
            await console.heard("state")
        assert (await console.closed())[0] == 1012
        assert here.desk.gone == ["e01"]

    asyncio.run(story())


def test_a_fault_behind_the_desk_costs_one_link_and_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ConnectionError("the database is away")

    async def story(here: Site) -> None:
        here.desk.commit = fails
        async with here.console("e01") as console, here.console("e02") as other:
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "S04"})
            await console.socket.wait_closed()
            await other.say({"type": "ping"})
            await other.heard("pong")
        await until(lambda: "e01" in here.desk.gone)

    with caplog.at_level(logging.ERROR):
        on_site(story)
    assert "the database is away" in caplog.text


def test_no_token_and_no_personal_data_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def story(here: Site) -> None:
        token = await here.token("e01")
        async with here.socket(token) as socket:
            here.desk.show("e01", "c.n1.a.1")
            await Console(socket).heard("call")
            logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("uvicorn"))
            assert token not in logged
            assert "12345678" not in logged

    with caplog.at_level(logging.DEBUG):
        on_site(story)


# ── drafts, the hand, the menu of pauses ────────────────────────────────────────────────────────────


def draft(text: str, attempt: str = "c.n1.a.1") -> dict[str, Any]:
    return {"type": "draft", "attempt_id": attempt, "text": text}


def test_the_welcome_has_the_menu_of_pauses_with_what_is_spent_of_each() -> None:
    async def story(here: Site) -> None:
        here.desk.menu = (PauseReason("descanso", "Descanso legal", 1_800_000, 60_000), PauseReason("baño", "Baño"))
        async with here.console("e01") as console:
            welcome = await console.heard("welcome")
            assert welcome["pauses"] == [
                {"reason": "descanso", "label": "Descanso legal", "budget_ms": 1_800_000, "used_ms": 60_000},
                {"reason": "baño", "label": "Baño"},
            ]

    on_site(story)


def test_the_welcome_says_which_results_the_agent_uses_whatever_the_machine() -> None:
    async def story(here: Site) -> None:
        here.desk.results = {"generico": {"D01": 12, "S03": 2}}
        async with here.console("e01") as console:
            assert (await console.heard("welcome"))["used"] == {"generico": {"D01": 12, "S03": 2}}

    on_site(story)


def test_a_draft_is_answered_when_it_is_committed() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.say(draft("hola"))
            assert await console.heard("drafted") == {"type": "drafted", "attempt_id": "c.n1.a.1"}
            assert here.desk.drafts == [("e01", "c.n1.a.1", "hola")]

    on_site(story)


def test_while_one_draft_is_written_only_the_latest_of_the_next_ones_is_kept_and_nothing_else_waits() -> None:
    async def story(here: Site) -> None:
        free, begun = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            begun.set()
            await free.wait()

        here.desk.drafting = slow
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.say(draft("1"))
            await begun.wait()
            for n in range(2, 30):
                await console.say(draft(str(n)))
            await console.say({"type": "hold"})
            await console.say({"type": "ping", "n": 1})
            await console.heard("pong")
            assert (here.desk.asked, here.desk.drafts) == ([("hold", "e01")], [])
            free.set()
            await until(lambda: len(here.desk.drafts) == 2)
            assert [text for _, _, text in here.desk.drafts] == ["1", "29"]

    on_site(story)


def test_a_draft_goes_on_to_its_commit_when_the_page_goes() -> None:
    async def story(here: Site) -> None:
        free, begun = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            begun.set()
            await free.wait()

        here.desk.drafting = slow
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.say(draft("lo último"))
            await begun.wait()
        await until(lambda: here.desk.gone == ["e01"])
        free.set()
        await until(lambda: here.desk.drafts == [("e01", "c.n1.a.1", "lo último")])

    on_site(story)


def test_a_draft_that_comes_with_the_gestion_is_not_kept_after_it() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            here.desk.show("e01", "c.n1.a.1")
            await console.say({"type": "gestion", "attempt_id": "c.n1.a.1", "code": "S04"})
            await console.say(draft("tarde"))
            await console.say({"type": "ping", "n": 2})
            kinds = []
            while not kinds or kinds[-1] != "pong":
                kinds.append(json.loads(await console.socket.recv())["type"])
            assert "saved" in kinds and not {"drafted", "problem"} & set(kinds)
            assert here.desk.drafts == []

    on_site(story)


def test_the_same_trouble_with_drafts_is_told_once() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            for n in range(3):
                await console.say(draft(str(n), "c.n1.ajena.1"))
                await console.say({"type": "ping", "n": n})
            seen = [json.loads(await console.socket.recv()) for _ in range(6)]
            problems = [one["code"] for one in seen if one["type"] == "problem"]
            assert problems == ["no_such_call"]

    on_site(story)


def test_the_hand_goes_up_and_down() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            for up in (True, False):
                await console.say({"type": "hand", "up": up})
                assert (await console.heard("hand"))["up"] is up
        assert here.desk.asked == [("hand", "e01", "up"), ("hand", "e01", "down")]

    on_site(story)


def test_a_transfer_is_asked_of_the_desk_and_how_it_goes_is_told() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console, here.console("e02"):
            await console.say({"type": "transfer", "to": "e02", "attended": True})
            assert (await console.heard("consult"))["state"] == "ringing"
            await console.say({"type": "transfer_back"})
            await console.say({"type": "transfer", "to": "e02"})
            assert (await console.heard("consult"))["state"] == "done"
            await console.say({"type": "transfer_done"})
            await console.say({"type": "transfer", "to": "e09"})
            assert (await console.heard("problem"))["code"] == "transfer_away"
        asked = [word[0] if len(word) == 2 else word[3] for word in here.desk.asked]
        assert asked == ["attended", "transfer_back", "blind", "transfer_done", "blind"]

    on_site(story)
