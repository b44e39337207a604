"""The page of the rules says what the files say."""

from __future__ import annotations

from config.reglas_page import page
from tests.floors import REGLAS, ROOT


def test_the_page_in_docs_is_up_to_date() -> None:
    said = (ROOT / "docs" / "reglas.md").read_text("utf-8")
    assert said == page(REGLAS.values()), "run `make docs`, or python -m dialer.cli.reglas > docs/reglas.md"


def test_every_preset_and_every_weak_value_stands_on_it() -> None:
    said = page(REGLAS.values())
    for preset in REGLAS.values():
        assert f"## {preset.title} (`{preset.id}`)" in said
    assert "| hours | sunday | none | W | fuentes que no concuerdan: se cierra |" in said
    assert "| hours (since 2021-04-20) | weekday | 08:00–20:00 | P | Ley 19.496" in said


def test_what_a_file_leaves_out_is_not_said_of_it() -> None:
    lines = [line for line in page([REGLAS["uk_legacy"]]).splitlines() if line.startswith("| hours")]
    assert lines == []
