"""What agents read of their transfers: each refusal and each failure is a sentence that names whom and what to do."""

from __future__ import annotations

import inspect
import re

import pytest

from agents.desk import DeskError
from agents.messages import Consult
from config.traspasos import Externo, Traspasos
from dialer import commands as c
from dialer import consulting, outgoing, receiving, transferring
from dialer import events as e
from tests.floors import Desk


def test_every_reason_of_the_engine_has_its_sentence() -> None:
    who = (transferring.refusal, transferring.unable_first, transferring._unable, outgoing.refusal)
    inside = (receiving.taken, receiving.Receivers.refusal)
    refusals = "".join(map(inspect.getsource, (*who, *inside)))
    assert set(re.findall(r'"([a-z_]+)"', refusals)) == set(consulting.REFUSALS)
    words = inspect.getsource(transferring) + inspect.getsource(outgoing)
    assert set(consulting.FAILURES) <= set(re.findall(r'"([a-z_]+)"', words))
    assert set(outgoing.CAUSES.values()) <= set(consulting.FAILURES)


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


def test_who_is_called_outside_is_told_to_the_engine_without_a_number() -> None:
    desk = Desk()
    desk.agent("e1")
    desk.talking()
    books, known = desk.engine.books, Traspasos(externos=(Externo(code="j", label="Jurídico", number="221234568"),))
    asked, whom = consulting.sent_out(books, "e1", "ext:j", known, 1, attended=True)
    assert asked == e.OutsideAsked("e1", "ext:j", attended=True, ring_ms=30_000, max_ms=3_600_000)
    assert (whom.name, whom.number) == ("Jurídico", "+56221234568")
    with pytest.raises(DeskError, match="No hay un deudor") as refused:
        consulting.sent_out(books, "e2", "ext:j", known, 1, attended=True)
    assert refused.value.code == "transfer_no_call"


def test_the_page_is_told_whom_by_name_and_why() -> None:
    told = consulting.told(c.TellConsult("e1", "failed", "e2", "headset"), "Eva")
    assert told == Consult("failed", "Eva", "Se cortó un audífono: el deudor vuelve con usted.")
    assert consulting.told(c.TellConsult("e1", "done", "e2"), "Eva") == Consult("done", "Eva")


def test_who_is_consulted_reads_by_whom_before_the_voice_comes() -> None:
    notice = consulting.invited(c.TellConsult("e1", "ringing", "e2"), {"e1": "Ana"}.__getitem__, 7)
    assert notice is not None
    assert (notice.by, notice.at_ms) == ("Ana", 7)
    assert consulting.invited(c.TellConsult("e1", "talking", "e2"), str, 7) is None
