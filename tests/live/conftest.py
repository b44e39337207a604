"""One lab for all live tests: two real Asterisks and three headsets take seconds to come up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialer.edge.lab import Lab, LabUnavailable
from tests.reactor import run

LAB_START_S = 240.0
PEOPLE = ("navegador", "supervisora")


@pytest.fixture(scope="package")
def lab() -> Iterator[Lab]:
    """The lab, with headsets e01, e02 and e03 and room for two in browsers, on the loop of `tests.reactor`.

    Ask it things with that module's `run`.
    A test leaves no channel behind, and puts back what it changes.
    """
    lab = Lab()
    try:
        # The first time on a machine this builds the private root.
        run(lab.start(3, PEOPLE), LAB_START_S)
    except LabUnavailable as why:
        pytest.skip(str(why))
    yield lab
    run(lab.stop())
