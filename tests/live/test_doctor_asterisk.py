"""The doctor before a real Asterisk: in order on a healthy one, and each lack by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from config.settings import parse
from dialer.edge.doctor import Check, run_checks
from dialer.edge.lab import Lab
from tests.live.test_lab_asterisk import Ami
from tests.reactor import run

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

Look = Callable[[Lab, Sequence[str]], dict[str, Check]]


@pytest.fixture
def look(redis_url: str, sqlite_url: str) -> Look:
    """Every check by name; the lab's servers are processes of their own, so no loop need turn meanwhile."""

    def look(lab: Lab, agents: Sequence[str]) -> dict[str, Check]:
        site = {"redis": redis_url, "database": sqlite_url, "carteras": {"a": {"amd": True}}}
        return {check.name: check for check in run_checks(parse({**site, **lab.settings_patch}), agents)}

    return look


def wrong(checks: dict[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if not check.ok]


async def reload(lab: Lab) -> None:
    """Let Asterisk read its files again, and wait until it has."""
    ami = await Ami.login(lab)
    for module in ("manager", "pbx_config"):
        assert (await ami.ask("Reload", Module=module))["Response"] == "Success"
    await ami.close()


def with_change(lab: Lab, file: str, old: str, new: str, then: Callable[[], None]) -> None:
    """Run `then` while a file of the lab's Asterisk says something else."""
    path = lab.recordings_dir.parents[1] / "etc" / file
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new))
    try:
        run(reload(lab))
        then()
    finally:
        path.write_text(before)
        run(reload(lab))


def test_a_healthy_lab_passes_every_check(lab: Lab, look: Look) -> None:
    checks = look(lab, lab.agents)
    assert {check.mark for check in checks.values()} == {"ok"}, checks
    assert checks["ejecutivo e01"].detail == "PJSIP/e01: Not in use"


def test_a_missing_headset_and_one_that_is_not_registered_are_told_apart(lab: Lab, look: Look) -> None:
    checks = look(lab, ["e01", "nadie", "navegador"])
    assert wrong(checks) == ["ejecutivo nadie", "ejecutivo navegador"]
    assert "Asterisk no tiene el anexo PJSIP/nadie" in checks["ejecutivo nadie"].detail
    assert "no está disponible" in checks["ejecutivo navegador"].detail


def test_what_headsets_in_a_browser_need_is_there(lab: Lab, look: Look) -> None:
    checks = look(lab, [])
    assert checks["audífono web"].mark == "ok"
    assert checks["WebSocket SIP"].detail.endswith(f":{lab.http_port}/ws")


def test_the_rehearsal_leaves_no_channel_behind(lab: Lab, look: Look) -> None:
    look(lab, [])

    async def scene() -> None:
        ami = await Ami.login(lab)
        status = await ami.ask("CoreStatus")
        while int(status["CoreCurrentCalls"]):
            status = await ami.ask("CoreStatus")
        await ami.close()

    run(scene())


def test_a_missing_recorded_message_is_heard_as_silence(lab: Lab, look: Look) -> None:
    sound: Path = lab.recordings_dir.parents[1] / "data" / "sounds" / "cintillo" / "sin-ejecutivo.wav"
    aside = sound.rename(sound.with_suffix(".aside"))
    try:
        checks = look(lab, [])
    finally:
        aside.rename(sound)
    assert wrong(checks) == ["mensaje grabado"]


def test_missing_permissions_are_named_by_class(lab: Lab, look: Look) -> None:
    def then() -> None:
        checks = look(lab, [])
        assert wrong(checks) == ["eventos", "mensaje grabado"]
        assert checks["eventos"].detail == "no llegan los de: system, user"

    with_change(lab, "manager_cintillo.conf", "read = call,user,system", "read = call", then)

    def then_write() -> None:
        checks = look(lab, [])
        assert checks["permisos"].detail == "faltan en write: reporting"
        assert wrong(checks) == ["permisos", "contextos", "eventos", "mensaje grabado"]

    full = "write = originate,call,reporting,system"
    with_change(lab, "manager_cintillo.conf", full, "write = originate,call,system", then_write)


def test_a_missing_context_is_named(lab: Lab, look: Look) -> None:
    def then() -> None:
        assert look(lab, [])["contextos"].detail == "faltan: cintillo-espera"

    with_change(lab, "extensions_cintillo.conf", "[cintillo-espera]", "[otra]", then)
