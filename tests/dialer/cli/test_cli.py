"""What the pages tell people to type is there to be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from dialer.cli import app
from tests.floors import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
TYPED = re.compile(r"`cintillo ([a-z][a-z -]*)|^ +cintillo ([a-z][a-z -]*)", re.M)


def commands(page: Path) -> Iterator[str]:
    """The words after `cintillo`, up to the first option or argument."""
    for quoted, block in TYPED.findall(page.read_text("utf-8")):
        yield (quoted or block).partition(" -")[0].strip()


def missing(typed: str) -> str:
    """The first word that no command has, or empty."""
    at: click.Command = typer.main.get_command(app)
    for word in typed.split():
        if not isinstance(at, click.Group):
            return ""
        if word not in at.commands:
            return word
        at = at.commands[word]
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    assert [typed for typed in commands(page) if missing(typed)] == []


def test_there_are_commands_in_the_pages_to_look_for() -> None:
    found = {typed.split()[0] for page in PAGES for typed in commands(page)}
    assert {"demo", "load", "why", "aging", "montos"} <= found
