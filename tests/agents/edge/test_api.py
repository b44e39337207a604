"""The REST side of the agents' door, over real HTTP."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from agents.edge.server import ApiServer
from tests.agents.fake_desk import CLAVE, NOW_MS, ROLES, SESSION_MS, Site, on_site, site

SEES_FLOOR = {"supervisor", "jefe", "gerente", "calidad", "ops"}


def test_a_login_gives_a_token_that_says_who_one_is() -> None:
    async def story(here: Site) -> None:
        answer = await here.login("e01")
        body = answer.json()
        assert answer.status_code == 200
        assert (body["role"], body["name"], body["expires_ms"]) == ("ejecutivo", "E01", NOW_MS + SESSION_MS)
        me = (await here.get("/api/me", body["token"])).json()
        assert me["code"] == "e01"
        assert me["carteras"] == ["facturas"]
        assert "take_calls" in me["permissions"]
        assert me["zone"] == here.desk.zone

    on_site(story)


def test_a_wrong_clave_an_unknown_and_an_inactive_usuario_get_the_same_refusal() -> None:
    async def story(here: Site) -> None:
        here.users.usuarios["e02"] = msgspec.structs.replace(here.users.usuarios["e02"], active=False)
        here.users.usuarios["e03"] = msgspec.structs.replace(here.users.usuarios["e03"], password_hash="")
        answers = [await here.login("e01", "otra"), await here.login("nadie")]
        answers += [await here.login("e02"), await here.login("e03")]
        assert {answer.status_code for answer in answers} == {401}
        assert len({answer.text for answer in answers}) == 1
        assert answers[0].json()["code"] == "bad_login"

    on_site(story)


def test_guessing_a_clave_soon_has_to_wait_and_the_right_one_has_to_wait_too() -> None:
    async def story(here: Site) -> None:
        for _ in range(5):
            assert (await here.login("e01", "mala")).status_code == 401
        refused = await here.login("e01")
        assert refused.status_code == 429
        assert refused.json()["code"] == "throttled"
        here.desk.clock_ms += int(refused.headers["retry-after"]) * 1000
        assert (await here.login("e01")).status_code == 200

    on_site(story)


def test_guesses_at_the_same_moment_are_counted_one_by_one() -> None:
    async def story(here: Site) -> None:
        answers = await asyncio.gather(*(here.login("e01", f"mala{n}") for n in range(20)))
        statuses = [answer.status_code for answer in answers]
        assert (statuses.count(401), statuses.count(429)) == (5, 15)

    on_site(story)


def test_a_session_ends_when_its_time_is_over() -> None:
    async def story(here: Site) -> None:
        token = await here.token("supervisor")
        here.desk.clock_ms += SESSION_MS - 1
        assert (await here.get("/api/floor", token)).status_code == 200
        here.desk.clock_ms += 1
        assert (await here.get("/api/floor", token)).status_code == 401

    on_site(story)


def test_a_session_ends_at_once_when_the_usuario_is_deactivated() -> None:
    async def story(here: Site) -> None:
        token = await here.token("supervisor")
        here.users.usuarios["supervisor"] = msgspec.structs.replace(here.users.usuarios["supervisor"], active=False)
        assert (await here.get("/api/me", token)).status_code == 401

    on_site(story)


def test_logout_makes_the_token_worthless() -> None:
    async def story(here: Site) -> None:
        token = await here.token("e01")
        left = await here.http.post("/api/logout", headers={"Authorization": f"Bearer {token}"})
        assert left.status_code == 204
        assert (await here.get("/api/me", token)).status_code == 401

    on_site(story)


def test_the_database_never_holds_a_token() -> None:
    async def story(here: Site) -> None:
        token = await here.token("e01")
        assert token not in str(here.users.sessions)

    on_site(story)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_its_own_endpoints_and_no_others(role: str) -> None:
    async def story(here: Site) -> None:
        token = await here.token(role)
        assert (await here.get("/api/me", token)).json()["role"] == role
        assert (await here.get("/api/floor", token)).status_code == (200 if role in SEES_FLOOR else 403)
        async with here.socket(token) as socket:
            if role == "ejecutivo":
                assert '"welcome"' in str(await socket.recv())
            else:
                await socket.wait_closed()
                assert socket.close_code == 4403

    on_site(story)


def test_without_a_session_nothing_personal_is_shown() -> None:
    async def story(here: Site) -> None:
        for path in ("/api/me", "/api/floor"):
            for authorization in ("", "Bearer", "Bearer inventado", "Bearer ñandú", "Basic ZTAxOmNsYXZl"):
                answer = await here.http.get(path, headers={b"Authorization": authorization.encode()})
                assert answer.status_code == 401, authorization
                assert answer.json()["code"] == "no_session"

    on_site(story)


def test_health_and_metrics_need_no_session() -> None:
    async def story(here: Site) -> None:
        assert (await here.http.get("/api/health")).json() == {"ok": True, "now_ms": NOW_MS}
        metrics = await here.http.get("/metrics")
        assert metrics.headers["content-type"] == "text/plain; version=0.0.4"
        assert metrics.text == "cintillo_agents 1\n"

    on_site(story)


def test_the_board_is_the_desks_snapshot() -> None:
    async def story(here: Site) -> None:
        async with here.console("e01") as console:
            await console.heard("state")
            assert (await here.get("/api/floor", await here.token("jefe"))).json() == {"agents": ["e01"]}

    on_site(story)


def test_the_documentation_loads_nothing_from_elsewhere() -> None:
    async def story(here: Site) -> None:
        page = await here.http.get("/docs")
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "://" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        schema = (await here.http.get("/openapi.json")).json()
        assert all(path in page.text for path in schema["paths"])

    on_site(story)


def test_a_malformed_login_is_refused_with_a_sentence() -> None:
    async def story(here: Site) -> None:
        for body in (b"", b"{", b"[]", b'{"usuario":"e01"}', b'{"usuario":"","clave":"x"}', b'{"usuario":1,"clave":2}'):
            answer = await here.http.post("/api/login", content=body, headers={"content-type": "application/json"})
            assert answer.status_code == 422, body
            assert answer.json()["detail"].startswith("La petición está mal formada: «body")

    on_site(story)


def test_a_database_that_is_away_is_said_in_a_sentence_and_logged_with_its_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(here: Site) -> None:
        here.users.usuarios = None  # type: ignore[assignment]
        answer = await here.login("e01")
        assert (answer.status_code, answer.json()["code"]) == (500, "failed")

    on_site(story)
    assert "Traceback" in caplog.text


def test_a_refusal_never_repeats_what_was_sent() -> None:
    async def story(here: Site) -> None:
        answer = await here.http.post("/api/login", json={"usuario": "e" * 65, "clave": CLAVE * 99, "mas": CLAVE})
        assert answer.status_code == 422
        assert CLAVE not in answer.text

    on_site(story)


def test_a_body_that_is_too_large_or_does_not_say_its_length_is_not_read() -> None:
    async def endless():  # type: ignore[no-untyped-def]
        yield b"{"

    async def story(here: Site) -> None:
        for content in (b"x" * 65_537, endless()):
            answer = await here.http.post("/api/login", content=content)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    on_site(story)


def test_an_address_that_does_not_exist_is_said_to_be_so() -> None:
    async def story(here: Site) -> None:
        answer = await here.http.get("/api/nada")
        assert answer.status_code == 404
        assert "/docs" in answer.json()["detail"]

    on_site(story)


def test_a_port_that_is_taken_is_named() -> None:
    async def story() -> None:
        async with site() as here:
            port = int(here.url.rpartition(":")[2])
            with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
                await ApiServer(None).start("127.0.0.1", port)  # type: ignore[arg-type]

    asyncio.run(story())


def test_a_server_that_never_started_can_be_stopped() -> None:
    asyncio.run(ApiServer(None).stop())  # type: ignore[arg-type]
