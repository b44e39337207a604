"""Why no id of ours may be the beginning of another one."""

from __future__ import annotations

import pytest

from dialer.edge.lab import Lab
from dialer.ids import attempt_id, leg_id
from tests.live.test_lab_asterisk import Ami
from tests.reactor import run

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

DEBTOR = "PJSIP/+56912340001@troncal"


async def call(ami: Ami, channel: str, endpoint: str, context: str, word: str) -> None:
    """Call an endpoint under this id and wait for the dialplan's word."""
    where = {"Channel": endpoint, "ChannelId": channel, "Context": context, "Exten": "s", "Priority": 1}
    answer = await ami.ask("Originate", Async="true", Timeout=20_000, **where)
    assert answer["Response"] == "Success"
    await ami.event(word, channel)


async def bridge(ami: Ami, attempt: str, leg: str) -> str:
    return (await ami.ask("Bridge", Channel1=attempt, Channel2=leg))["Response"]


async def hang_up(ami: Ami, channel: str) -> None:
    assert (await ami.ask("Hangup", Channel=channel, Cause=16))["Response"] == "Success"
    await ami.event("Hangup", channel)


def test_asterisk_bridges_whoever_begins_with_the_id_and_ours_leave_it_no_choice(lab: Lab) -> None:
    """When Asterisk mends this, the first half fails and the nine digits of an id may go."""

    async def scene() -> None:
        ami = await Ami.login(lab)
        leg, one, twelve = leg_id("n1", "e01", "ids", 57), attempt_id("n1", "ids", 1), attempt_id("n1", "ids", 12)
        await call(ami, leg, "PJSIP/e01", "cintillo-agente", "CintilloParked")
        await call(ami, "otra.11", DEBTOR, "cintillo-deudor", "CintilloAnswered")
        assert await bridge(ami, "otra.1", leg) == "Success", "there is no channel otra.1, and yet"
        await hang_up(ami, "otra.11")
        await call(ami, twelve, DEBTOR, "cintillo-deudor", "CintilloAnswered")
        assert await bridge(ami, one, leg) == "Error"
        assert await bridge(ami, twelve, leg) == "Success"
        for channel in (twelve, leg):
            await hang_up(ami, channel)
        await ami.close()

    run(scene())
