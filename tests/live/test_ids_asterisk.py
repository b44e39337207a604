"""Why no id of ours may be the beginning of another one."""

from __future__ import annotations

import asyncio

import pytest

from dialer.edge.lab import Lab, LabUnavailable
from dialer.ids import attempt_id, leg_id
from tests.live.test_lab_asterisk import Ami, Floor

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


async def _originate(floor: Floor, channel: str, endpoint: str, context: str, word: str) -> None:
    where = {"Channel": endpoint, "ChannelId": channel, "Context": context, "Exten": "s", "Priority": 1}
    answer = await floor.ami.ask("Originate", Async="true", Timeout=20_000, **where)
    assert answer["Response"] == "Success"
    await floor.ami.event(word, channel)


def test_asterisk_bridges_whoever_begins_with_the_id_and_ours_leave_it_no_choice() -> None:
    """When Asterisk mends this, the first half fails and the nine digits of an id may go."""

    async def scene(floor: Floor) -> None:
        leg, debtor = leg_id("n1", "e01", "test", 57), "PJSIP/+56912340001@troncal"
        await _originate(floor, leg, "PJSIP/e01", "cintillo-agente", "CintilloParked")
        await _originate(floor, "otra.11", debtor, "cintillo-deudor", "CintilloAnswered")
        wrong = await floor.ami.ask("Bridge", Channel1="otra.1", Channel2=leg)
        assert wrong["Response"] == "Success", "there is no channel otra.1, and yet"
        await floor.hang_up("otra.11")
        one, twelve = attempt_id("n1", "test", 1), attempt_id("n1", "test", 12)
        await _originate(floor, twelve, debtor, "cintillo-deudor", "CintilloAnswered")
        assert (await floor.ami.ask("Bridge", Channel1=one, Channel2=leg))["Response"] == "Error"
        await _originate(floor, one, debtor, "cintillo-deudor", "CintilloAnswered")
        await floor.join(one, leg)

    async def main() -> None:
        lab = Lab()
        await lab.start(1)
        try:
            ami = await Ami.login(lab)
            await scene(Floor(lab, ami))
            await ami.close()
        finally:
            await lab.stop()

    try:
        asyncio.run(main())
    except LabUnavailable as why:
        pytest.skip(str(why))
