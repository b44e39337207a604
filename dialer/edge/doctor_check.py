"""What a check of the doctor is, and the order in which checks are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

Mark = Literal["ok", "warning", "fault", "skipped"]


class Check(NamedTuple):
    """What was found. `what_to_do` of a check that is `ok` is advice; a check that is not and has none was not done."""

    name: str
    ok: bool
    detail: str
    what_to_do: str = ""

    @property
    def mark(self) -> Mark:
        if self.ok:
            return "warning" if self.what_to_do else "ok"
        return "fault" if self.what_to_do else "skipped"


class Step(NamedTuple):
    """A check to be done if those that it `needs` (by name) have not failed, and nothing is `missing` by then."""

    name: str
    look: Callable[[], Check]
    needs: tuple[str, ...] = ()
    missing: Callable[[], str] = lambda: ""


def walk(steps: Iterable[Step]) -> Iterator[Check]:
    """Do the checks in order."""
    failed: set[str] = set()
    for step in steps:
        check = _one(step, failed)
        if not check.ok:
            failed.add(step.name)
        yield check


def _one(step: Step, failed: set[str]) -> Check:
    stops = [need for need in step.needs if need in failed]
    why = f"depende de «{stops[0]}»" if stops else step.missing()
    return Check(step.name, False, f"no se revisó: {why}") if why else step.look()
