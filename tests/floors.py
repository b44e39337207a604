"""Floors for tests: settings, contacts and a hand-driven engine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.edge.files import load_reglas
from config.settings import parse
from dialer import commands as c
from dialer import events as e
from dialer.contact import Contact, Phone
from dialer.engine import Engine

ROOT = Path(__file__).resolve().parent.parent
REGLAS = load_reglas(ROOT / "config" / "reglas")
CL = REGLAS["cl_consumidor"]
CODES = {"generico": {"abandoned": "M02", "machine": "M01", "no_answer": "S01", "busy": "S02", "cancelled": "M05"}}


def at(text: str) -> int:
    """Milliseconds of an ISO moment in UTC: at("2026-11-24T15:00")."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


TUESDAY_NOON = at("2026-11-24T15:00")  # 12:00 in Santiago


def floor(carteras: dict[str, dict[str, Any]] | None = None, **limits: Any) -> dict[str, Any]:
    """A floor's settings as the engine takes them; one call for each free agent where no mode is given."""
    plain = {name: {"mode": "progressive", **strategy} for name, strategy in (carteras or {"a": {}}).items()}
    settings = parse({"carteras": plain, "limits": limits})
    return settings.floor(REGLAS, CODES).model_dump(mode="json")


def contact(case_id: int, cartera: str = "a", **changes: Any) -> Contact:
    phones = (Phone(case_id * 10, "movil"), Phone(case_id * 10 + 1, "fijo"))
    return Contact(case_id, changes.pop("person_id", case_id), cartera, changes.pop("phones", phones), **changes)


class Desk:
    """An engine driven by hand: each call feeds one event and remembers the commands."""

    def __init__(self, carteras: dict[str, dict[str, Any]] | None = None, *, node: str = "n1", **limits: Any) -> None:
        self.engine = Engine()
        self.now_ms = TUESDAY_NOON
        self.last: list[c.Command] = []
        self.said: list[c.Command] = []
        self.feed(e.EngineStarted(node, "r", floor(carteras, **limits)))
        self.feed(e.PbxConnected())
        self.feed(e.ChannelsListed(self.now_ms, ()))

    def feed(self, event: e.Event, after_ms: int = 0) -> list[c.Command]:
        self.now_ms += after_ms
        self.last = self.engine.handle(event, self.now_ms)
        self.said += self.last
        return self.last

    def only(self, kind: type, among: list[c.Command] | None = None) -> Any:
        """The one command of this kind in the last answer."""
        found = [command for command in (self.last if among is None else among) if isinstance(command, kind)]
        assert len(found) == 1, f"{len(found)} commands {kind.__name__} in {among or self.last}"
        return found[0]

    def all(self, kind: type) -> list[Any]:
        return [command for command in self.last if isinstance(command, kind)]

    def agent(self, agent_id: str = "e1", carteras: tuple[str, ...] = ("a",)) -> str:
        """An agent logs in and is disponible (or held at once for a case of their own); returns the leg's id."""
        self.feed(e.AgentConnected(agent_id, f"PJSIP/{agent_id}", carteras))
        leg = self.only(c.CallAgent).leg_id
        self.feed(e.AgentReady(agent_id))
        self.feed(e.LegParked(leg))
        assert self.state(agent_id) in ("disponible", "reservado")
        return str(leg)

    def placed(self, case_id: int = 1, cartera: str = "a", **changes: Any) -> str:
        """The queue gives a contact for what pacing asked, its row is committed and its call placed."""
        asked = self.engine.books.carteras[cartera].claiming
        self.feed(e.ContactsClaimed(cartera, asked, (contact(case_id, cartera, **changes),)))
        attempt = self.only(c.RecordAttempt).attempt_id
        self.feed(e.AttemptsRecorded((attempt,)))
        self.only(c.PlaceCall)
        return str(attempt)

    def ringing(self, case_id: int = 1, cartera: str = "a", **changes: Any) -> str:
        attempt = self.placed(case_id, cartera, **changes)
        self.feed(e.CallCreated(attempt))
        self.feed(e.CallRinging(attempt))
        return attempt

    def talking(self, case_id: int = 1, cartera: str = "a", **changes: Any) -> str:
        attempt = self.ringing(case_id, cartera, **changes)
        self.feed(e.CallPickedUp(attempt))
        join = self.only(c.JoinCall)
        self.feed(e.CallBridged(attempt, join.leg_id), after_ms=2)
        return attempt

    def saved(self, attempt: str, agent_id: str = "e1", case_id: int = 1, **changes: Any) -> list[c.Command]:
        due_ms = changes.pop("next_due_ms", self.now_ms + 7 * 86_400_000)
        return self.feed(
            e.GestionSaved(attempt, agent_id, "a", case_id, case_id, "D07", True, next_due_ms=due_ms, **changes)
        )

    def state(self, agent_id: str = "e1") -> str:
        return self.engine.books.roster.agents[agent_id].state.value

    def stage(self, attempt: str) -> str:
        return self.engine.books.calls[attempt].stage.value
