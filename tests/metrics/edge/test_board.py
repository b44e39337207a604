"""The live board: everything in its place, in Spanish, at every size."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from dialer import commands as c
from dialer import events as e
from metrics.edge.board import Board, Look, render, summary
from tests.metrics.story import Story, busy_floor

LOOK = Look(
    title="CINTILLO",
    labels={"D01": "Compromiso de pago total"},
    addresses=(("API", "http://127.0.0.1:8080/docs"), ("métricas", "http://127.0.0.1:8080/metrics")),
)


def console(size: tuple[int, int]) -> Console:
    return Console(width=size[0], height=size[1], file=io.StringIO(), force_terminal=True, color_system="truecolor")


def lines(what: RenderableType, size: tuple[int, int]) -> list[str]:
    drawn = console(size)
    rows = drawn.render_lines(what, drawn.options.update(height=size[1]))
    return ["".join(segment.text for segment in row) for row in rows]


def board(story: Story, size: tuple[int, int] = (80, 24), look: Look = LOOK) -> str:
    return "\n".join(lines(render(story.ledger.snapshot(story.now_ms), size, look), size))


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
@pytest.mark.parametrize("agents", [0, 8, 60])
def test_the_board_fills_the_terminal_exactly(size: tuple[int, int], agents: int) -> None:
    story = busy_floor(agents=agents, calls=50) if agents else Story().start()
    drawn = board(story, size).split("\n")
    assert len(drawn) == size[1]
    assert {cell_len(line) for line in drawn} == {size[0]}


def test_nothing_that_matters_is_cut_at_80_by_24() -> None:
    drawn = board(busy_floor())
    for word in ("Respondidas", "Conectadas", "Abandonadas", "de 3 %", "Esperando", "/min", "Ocupación", "p99"):
        assert word in drawn
    for word in ("marcando", "llamando", "¿buzón?", "hablando", "e08", "pausa: baño", "Compromiso de pago total"):
        assert word in drawn
    assert "tope de llamadas simultáneas" in drawn
    assert "http://127.0.0.1:8080/docs" in drawn
    assert "http://127.0.0.1:8080/metrics" in drawn
    assert "300 de 2.000 casos 15,0 %" in drawn


def test_the_clock_is_the_floors_own() -> None:
    assert "10:00:00" in board(Story().start())
    assert "08:00:00" in board(Story().start(), look=LOOK._replace(zone="Pacific/Easter"))


def test_more_agents_than_lines_are_added_up() -> None:
    story = Story().start()
    for number in range(1, 21):
        story.login(f"e{number:02}")
    assert "y 13 más: 13 disponible" in board(story)


def test_agents_are_called_by_their_name_where_it_is_known() -> None:
    assert "Ana" in board(Story().start().login("e01"), look=LOOK._replace(names={"e01": "Ana"}))


def test_a_lost_asterisk_is_the_first_thing_to_see() -> None:
    story = Story().start()
    assert "sin conexión" not in board(story)
    assert "● Asterisk sin conexión" in board(story.tell(e.PbxLost("reset"))).split("\n")[0]


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ((4, 1, 3, 2, 0, "lines_max"), "ahora: tope de llamadas simultáneas"),
        ((4, 4, 3, 2, 0, ""), "ahora: marcando 4"),
        ((0, 0, 3, 3, 0, ""), "ahora: bastan las que van en curso"),
        ((0, 0, 0, 3, 0, ""), "ahora: sin ejecutivos libres"),
    ],
)
def test_why_it_is_not_dialling_has_an_answer(note: tuple[Any, ...], told: str) -> None:
    assert told in board(Story().start().tell(e.Ticked(), c.NotePacing("facturas", *note)))


def test_the_abandonment_turns_red_when_any_cartera_is_over_its_limit() -> None:
    story = Story().start(facturas={"abandon_ratio_max": 0.03}, consumo={"abandon_ratio_max": 0.5}).login("e01")
    assert _style_of(story, "0,0 %") == "bright_green"
    attempt = story.place("facturas")
    story.ring(attempt).pick_up(attempt).end(attempt, "abandoned")
    assert _style_of(story, "100,0 %") == "bright_red"


def _style_of(story: Story, text: str) -> str:
    drawn = console((80, 24))
    rows = drawn.render_lines(render(story.ledger.snapshot(story.now_ms), (80, 24), LOOK), drawn.options)
    found = [s.style for row in rows for s in row if s.text.strip() == text and s.style and s.style.color]
    assert found, f"{text!r} is not on the board in a colour of its own"
    color = found[0].color
    assert color is not None
    return color.name


def test_a_hall_of_many_carteras_shows_each_of_them_where_there_is_room() -> None:
    story = busy_floor(calls=90, carteras=("consumo", "facturas", "retail"))
    roomy, small = board(story, (120, 40)), board(story, (80, 24))
    assert all(roomy.count(name) >= 2 for name in ("consumo", "facturas", "retail"))
    assert "todas" in small


def test_results_that_do_not_fit_are_added_up_in_the_last_line() -> None:
    story = Story().start()
    for number in range(20):
        story.save("c.1", "e01", f"D{number:02}")
    assert "otras 13" in board(story)


def test_the_summary_tells_what_came_of_the_run() -> None:
    story = busy_floor(calls=100)
    told = "\n".join(lines(summary(story.ledger.snapshot(story.now_ms), LOOK), (80, 50)))
    found = story.ledger.snapshot(story.now_ms)["total"]
    assert f"{found['calls_placed']} llamadas" in told
    assert f"Gestiones {found['gestiones']}" in told
    assert "no contesta" in told
    assert "Por qué no se marcó" in told


def test_a_run_without_a_single_call_has_a_summary_too() -> None:
    told = "\n".join(lines(summary(Story().ledger.snapshot(0), LOOK), (80, 30)))
    assert "0 llamadas" in told


def test_the_board_gives_the_terminal_back_as_it_was() -> None:
    drawn = console((80, 24))
    live = Board(LOOK, drawn)
    live.start()
    story = busy_floor(calls=20)
    live.show(story.ledger.snapshot(story.now_ms))
    live.stop()
    live.stop()
    assert isinstance(drawn.file, io.StringIO)
    written = drawn.file.getvalue()
    assert written.startswith("\x1b[?1049h")
    assert written.rstrip().endswith(("\x1b[?1049l\x1b[?25h", "\x1b[?25h\x1b[?1049l", "\x1b[?1049l"))
    assert "Ejecutivos" in written
