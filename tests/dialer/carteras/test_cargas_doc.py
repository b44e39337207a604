"""What docs/cargas.md says of kinds, fields, templates and reasons is what the code has."""

from __future__ import annotations

from pathlib import Path

from dialer.carteras.columnas import LAYOUTS, fields
from dialer.carteras.plantilla import Formato
from dialer.carteras.rechazo import REASONS

ROOT = Path(__file__).resolve().parents[3]
DOC = (ROOT / "docs" / "cargas.md").read_text("utf-8")


def test_every_reason_stands_in_the_page_with_its_sentence() -> None:
    missing = [reason for reason, sentence in REASONS.items() if f"| `{reason}` | {sentence} |" not in DOC]
    assert not missing, f"docs/cargas.md lacks, or says otherwise: {missing}"


def test_every_kind_and_its_fields_stand_in_the_page() -> None:
    for kind, layout in LAYOUTS.items():
        (line,) = [line for line in DOC.splitlines() if line.startswith(f"| `{kind}` |")]
        assert {field for field in fields(layout) if f"`{field}`" not in line} == set()


def test_every_key_of_a_template_stands_in_the_page() -> None:
    assert {key for key in Formato.model_fields if f"`{key}`" not in DOC} == set()
