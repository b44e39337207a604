"""The flight recorder: what went in and what came out, again, byte for byte."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer import events as e
from dialer import journal
from dialer.commands import Command
from dialer.pacing.experience import History, Hour
from tests.floors import Desk


class RecordedDesk(Desk):
    """A floor whose engine writes its journal."""

    def feed(self, event: e.Event, after_ms: int = 0) -> list[Command]:
        commands = super().feed(event, after_ms)
        self.lines = [*getattr(self, "lines", []), journal.line(event, commands, self.now_ms)]
        return commands


def a_call() -> list[bytes]:
    """A floor opens, an agent comes, a debtor talks and promises, the clock steps back once."""
    desk = RecordedDesk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.Ticked(), after_ms=-500)
    desk.feed(e.CallEnded(attempt, 16), after_ms=9_000)
    desk.saved(attempt)
    desk.feed(e.AgentPaused("e1", "colación «larga» ✓"), after_ms=12_000)
    return desk.lines


LINES = a_call()


def test_a_replay_gives_every_command_again_byte_for_byte() -> None:
    steps = list(journal.replay(LINES))
    assert len(steps) == len(LINES)
    assert all(step.same for step in steps)
    assert b"".join(step.recorded for step in steps).count(b'"PlaceCall"') == 1


def test_what_the_records_said_of_the_day_is_replayed_too() -> None:
    desk = RecordedDesk({"a": {"mode": "predictive"}})
    hour = Hour(900, 90, (900_000, 2_700_000, 9_000_000, 0))
    desk.feed(e.HistoryCounted((desk.now_ms,), {"a": History((hour,), 80, 4_000_000, 80, 900_000)}))
    desk.agent()
    steps = list(journal.replay(desk.lines))
    assert all(step.same for step in steps)
    assert any(b'"HistoryCounted"' in line for line in desk.lines)


def test_a_line_is_one_line_of_json() -> None:
    for line in LINES:
        assert b"\n" not in line
        now_ms, event, commands = msgspec.json.decode(line)
        assert isinstance(now_ms, int)
        assert isinstance(event["type"], str)
        assert all(isinstance(command["type"], str) for command in commands)


def test_line_ends_do_not_matter() -> None:
    for end in (b"\n", b"\r\n"):
        assert all(step.same for step in journal.replay([line + end for line in LINES]))


@given(st.integers(1, len(LINES[-1]) - 1))
def test_a_last_line_that_was_cut_by_a_crash_is_left_out(cut: int) -> None:
    steps = list(journal.replay([*LINES[:-1], LINES[-1][:cut]]))
    assert len(steps) == len(LINES) - 1
    assert all(step.same for step in steps)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\n",
        b"[]",
        b"[1]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'[1,{"type":"Nonsense"},[]]',
        b'["1",{"type":"Ticked"},[]]',
    ],
)
def test_a_broken_line_in_the_middle_is_named_by_its_number(broken: bytes) -> None:
    with pytest.raises(journal.JournalError, match="line 3 is not a journal line"):
        list(journal.replay([*LINES[:2], broken, *LINES[2:]]))


def test_a_journal_without_its_head_is_refused() -> None:
    with pytest.raises(journal.JournalError, match="begins with EngineStarted; this one lacks its head"):
        list(journal.replay(LINES[1:]))


def test_an_empty_journal_has_no_steps_and_no_faults() -> None:
    assert list(journal.replay([])) == []


def test_a_recorded_command_that_the_engine_no_longer_gives_is_shown_as_a_difference() -> None:
    """What a changed engine does otherwise is the point of a replay."""
    at = next(n for n, line in enumerate(LINES) if b'"PlaceCall"' in line)
    altered = [*LINES[:at], LINES[at].replace(b'"ring_ms":30000', b'"ring_ms":25000'), *LINES[at + 1 :]]
    assert altered[at] != LINES[at]
    differing = [step for step in journal.replay(altered) if not step.same]
    assert [step.number for step in differing] == [at + 1]
    assert b'"ring_ms":30000' in differing[0].replayed


def test_a_line_left_out_shows_in_what_follows() -> None:
    at = next(n for n, line in enumerate(LINES) if b'"ContactsClaimed"' in line)
    assert not all(step.same for step in journal.replay([*LINES[:at], *LINES[at + 1 :]]))
