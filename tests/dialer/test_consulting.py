"""What agents read of their transfers: each refusal and each failure is a sentence that names whom and what to do."""

from __future__ import annotations

import inspect
import re

import pytest

from agents.desk import DeskError
from agents.messages import Consult
from dialer import commands as c
from dialer import consulting, transferring
from dialer import events as e
from tests.floors import Desk


def test_every_reason_of_the_engine_has_its_sentence() -> None:
    refusals = inspect.getsource(transferring.refusal) + inspect.getsource(transferring._unable)
    assert set(re.findall(r'"([a-z_]+)"', refusals)) == set(consulting.REFUSALS)
    assert set(consulting.FAILURES) <= set(re.findall(r'"([a-z_]+)"', inspect.getsource(transferring)))


def test_a_transfer_that_cannot_be_is_refused_by_name_before_the_engine_hears_of_it() -> None:
    desk = Desk()
    desk.agent("e1")
    desk.talking()
    desk.agent("e2")
    desk.feed(e.AgentPaused("e2", "baño"))
    books = desk.engine.books
    with pytest.raises(DeskError, match="Eva está en pausa") as refused:
        consulting.asked(books, "e1", "e2", "Eva", attended=False, leads=False)
    assert refused.value.code == "transfer_paused"
    asked = consulting.asked(books, "e1", "e2", "Eva", attended=True, leads=True)
    assert asked == e.TransferAsked("e1", "e2", attended=True, even_paused=True)


@pytest.mark.parametrize("number", ["+56912345678", "912345678", "9 1234 5678"])
def test_a_telephone_number_is_no_colleague(number: str) -> None:
    with pytest.raises(DeskError, match="externos"):
        consulting.asked(Desk().engine.books, "e1", number, number, attended=False, leads=False)


def test_the_page_is_told_whom_by_name_and_why() -> None:
    told = consulting.told(c.TellConsult("e1", "failed", "e2", "headset"), "Eva")
    assert told == Consult("failed", "Eva", "Se cortó un audífono: el deudor vuelve con usted.")
    assert consulting.told(c.TellConsult("e1", "done", "e2"), "Eva") == Consult("done", "Eva")


def test_who_is_consulted_reads_by_whom_before_the_voice_comes() -> None:
    notice = consulting.invited(c.TellConsult("e1", "ringing", "e2"), {"e1": "Ana"}.__getitem__, 7)
    assert notice is not None
    assert (notice.by, notice.at_ms) == ("Ana", 7)
    assert consulting.invited(c.TellConsult("e1", "talking", "e2"), str, 7) is None
