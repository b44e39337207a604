"""Guiones and trees are read from the packaged folder and the site's own; what is broken is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts_llamada.edge.files import PACKAGED, load_arboles, load_guiones, read_yaml
from scripts_llamada.guion import GuionError

FACTURAS = (PACKAGED / "guiones" / "facturas.yaml").read_text(encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "guiones").mkdir()
    (tmp_path / "arboles").mkdir()
    return tmp_path


def refused(site: Path, text: str | bytes, name: str = "mio.yaml") -> str:
    path = site / "guiones" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GuionError) as bad:
        load_guiones(site)
    assert str(bad.value).startswith(str(path))
    return str(bad.value).removeprefix(str(path))


def test_the_packaged_guiones_and_tree_are_there_without_a_site() -> None:
    assert set(load_guiones()) == {"facturas", "consumo"}
    assert set(load_arboles()) == {"generico"}


def test_the_sites_guion_replaces_the_packaged_one_of_the_same_id(site: Path) -> None:
    (site / "guiones" / "facturas.yaml").write_text(FACTURAS.replace("version: 1", "version: 7"), encoding="utf-8")
    (site / "guiones" / "propio.yml").write_text(FACTURAS.replace("id: facturas", "id: propio"), encoding="utf-8")
    found = load_guiones(site)
    assert found["facturas"].version == 7
    assert set(found) == {"facturas", "consumo", "propio"}


def test_a_site_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(GuionError, match="there is no such folder"):
        load_guiones(tmp_path / "nada")


def test_a_fault_is_named_with_the_line_it_stands_on(site: Path) -> None:
    text = FACTURAS.replace("kind: legal", "kind: legall")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "legall" in each)
    assert refused(site, text).startswith(f":{line}: nodes.legal.kind = 'legall': ")


def test_the_faults_of_all_files_are_told_at_once(site: Path) -> None:
    (site / "guiones" / "b.yaml").write_text("id: b", encoding="utf-8")
    assert "b.yaml" in refused(site, "id: a", "a.yaml")


def test_a_key_that_stands_twice_is_refused_instead_of_dropped(site: Path) -> None:
    assert refused(site, "id: mio\nversion: 1\nid: otro\n") == ":3: the key 'id' stands twice in the same table"


def test_a_syntax_error_is_named_with_its_line(site: Path) -> None:
    assert refused(site, "id: mio\nnodes: {a: [1, 2}\n").startswith(":2: is not YAML: ")


def test_anchors_are_refused_because_a_small_file_could_unfold_into_a_huge_one(site: Path) -> None:
    assert refused(site, "id: &a mio\ntitle: *a\n").startswith(":1: has a YAML anchor")


def test_a_tag_that_would_run_code_is_refused(site: Path) -> None:
    assert "is not YAML" in refused(site, "id: !!python/object/apply:os.getcwd []\n")


def test_a_file_named_otherwise_than_its_id_is_refused(site: Path) -> None:
    assert "must be the file's own name, 'mio'" in refused(site, FACTURAS)


def test_a_file_that_is_not_utf8_says_so_instead_of_destroying_an_enye(site: Path) -> None:
    assert "is not UTF-8" in refused(site, "title: señal\n".encode("cp1252"))


@pytest.mark.parametrize(
    "text", ["", "# nada\n", "hola\n", "- 1\n", "7\n", "id: \x00\n", "? [a, b]\n: 1\n", "id: 2026-13-45"]
)
def test_what_is_no_guion_at_all_is_refused_with_a_sentence(site: Path, text: str) -> None:
    assert refused(site, text)


def test_a_huge_or_bottomless_file_is_refused(site: Path) -> None:
    assert "at most" in refused(site, b"a" * 200_001)
    assert "too deep" in refused(site, "[" * 2_000)


def test_a_yes_that_yaml_takes_for_true_is_refused_where_words_are_meant(site: Path) -> None:
    text = FACTURAS.replace("label: Confirma,", "label: yes,")
    assert "answers.0.label = True" in refused(site, text)


def test_the_lines_of_every_path_are_known(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a:\n  b:\n    - c: 1\n      d: 2\n", encoding="utf-8")
    raw, lines = read_yaml(path)
    assert raw == {"a": {"b": [{"c": 1, "d": 2}]}}
    assert lines[("a",)] == 1
    assert lines[("a", "b")] == 2
    assert lines[("a", "b", 0, "d")] == 4
