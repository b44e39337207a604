"""A floor told by hand: the events and commands that the engine would exchange, for the ledger to fold."""

from __future__ import annotations

import random
from typing import Any

from dialer import commands as c
from dialer import events as e
from metrics.ledger import Ledger

T0 = 1_763_730_000_000  # 2025-11-21 10:00 in Santiago


def floor(**carteras: dict[str, Any]) -> dict[str, Any]:
    """A floor's JSON: ``floor(facturas={"mode": "ratio", "abandon_ratio_max": 0.03})``."""
    return {"carteras": carteras or {"facturas": {"mode": "ratio", "abandon_ratio_max": 0.03}}}


class Story:
    """Tells a ledger what happens, step by step; `now_ms` is the floor's clock and moves only by `wait`."""

    def __init__(self, *, now_ms: int = T0) -> None:
        self.ledger = Ledger()
        self.now_ms = now_ms
        self.n = 0

    def wait(self, ms: int) -> Story:
        self.now_ms += ms
        return self

    def tell(self, event: e.Event, *commands: c.Command) -> Story:
        self.ledger.see(event, commands, self.now_ms)
        return self

    def start(self, **carteras: dict[str, Any]) -> Story:
        return self.tell(e.EngineStarted("n1", "r1", floor(**carteras))).tell(e.PbxConnected())

    def agent(self, agent_id: str, state: str, *, attempt_id: str = "", reason: str = "") -> Story:
        return self.tell(e.Ticked(), c.TellAgent(agent_id, state, self.now_ms, reason, attempt_id))

    def login(self, agent_id: str, *carteras: str) -> Story:
        self.tell(e.AgentConnected(agent_id, f"PJSIP/{agent_id}", carteras or ("facturas",)))
        return self.agent(agent_id, "disponible")

    def place(self, cartera: str = "facturas", *, amd: bool = False) -> str:
        """Record and place one call; its attempt id."""
        self.n += 1
        attempt = f"c.n1.r1.{self.n}"
        self.tell(e.Ticked(), c.RecordAttempt(attempt, cartera, self.n, self.n, self.n, self.now_ms, "v1"))
        self.tell(
            e.AttemptsRecorded((attempt,)),
            c.PlaceCall(attempt, cartera, self.n, "600000000", 30_000, 2_000, amd, True),
        )
        self.tell(e.CallCreated(attempt))
        return attempt

    def ring(self, attempt: str) -> Story:
        return self.tell(e.CallRinging(attempt))

    def pick_up(self, attempt: str, *, person: bool = True) -> Story:
        """`person` False: the detector listens first."""
        answer = (c.NoteAnswered(attempt, self.now_ms),) if person else ()
        return self.tell(e.CallPickedUp(attempt), *answer)

    def screen(self, attempt: str, word: str) -> Story:
        answer = c.HangUp(attempt) if word == "MACHINE" else c.NoteAnswered(attempt, self.now_ms)
        return self.tell(e.CallScreened(attempt, word), answer)

    def join(self, attempt: str, agent_id: str, after_ms: int = 2) -> Story:
        leg = f"a.n1.{agent_id}.r1.1"
        self.tell(e.Ticked(), c.JoinCall(attempt, leg)).wait(after_ms)
        self.tell(e.CallBridged(attempt, leg), c.NoteConnected(attempt, agent_id, self.now_ms))
        return self.agent(agent_id, "hablando", attempt_id=attempt)

    def end(self, attempt: str, verdict: str, cause: int = 16) -> Story:
        close = c.CloseAttempt(attempt, verdict, cause, "", self.now_ms, True, 0, 0)
        return self.tell(e.CallEnded(attempt, cause), close)

    def save(self, attempt: str, agent_id: str, code: str, cartera: str = "facturas") -> Story:
        return self.tell(e.GestionSaved(attempt, agent_id, cartera, 1, 1, code, True, self.now_ms + 86_400_000))


def busy_floor(*, agents: int = 8, calls: int = 300, seed: int = 7, carteras: tuple[str, ...] = ("facturas",)) -> Story:
    """A floor in the middle of its day, for pictures and for counting."""
    dice = random.Random(seed)
    story = Story().start(**{name: {"mode": "ratio", "abandon_ratio_max": 0.03} for name in carteras})
    for number in range(1, agents + 1):
        story.login(f"e{number:02}", *carteras)
    for number in range(calls):
        _one_call(story, dice, f"e{1 + number % agents:02}", carteras[number % len(carteras)])
    _in_the_middle(story, dice, agents, carteras)
    for name in carteras:
        story.ledger.set_cases(name, total=2_000 // len(carteras), touched=calls // len(carteras))
        story.ledger.set_queue(name, {"ready": 1_200, "later": 470, "leased": 12, "bound": 3})
        story.tell(e.Ticked(), c.NotePacing(name, 6, 4, 3, 5, 0, "lines_max"))
        for reason, count in (("hours", 3), ("contact_quota", 41), ("attempt_gap", 17), ("lines_max", 64)):
            story.tell(e.Ticked(), c.CountNotPlaced(name, reason, count))
    return story


ENDS = ("connected",) * 9 + ("no_answer",) * 5 + ("machine",) * 3 + ("busy", "unallocated", "rejected", "congestion")


def _one_call(story: Story, dice: random.Random, agent_id: str, cartera: str) -> None:
    verdict = "abandoned" if dice.random() < 0.012 else dice.choice(ENDS)
    attempt = story.wait(dice.randint(150, 350)).place(cartera, amd=True)
    if verdict in ("connected", "abandoned", "machine"):
        story.ring(attempt).pick_up(attempt, person=False).wait(400)
        story.screen(attempt, "MACHINE" if verdict == "machine" else "HUMAN")
    if verdict == "connected":
        story.join(attempt, agent_id, after_ms=dice.randint(1, 14)).wait(dice.randint(100, 900))
        story.agent(agent_id, "cierre", attempt_id=attempt)
    story.end(attempt, verdict)
    if verdict == "connected":
        code = dice.choice(("D01", "D01", "D02", "D07", "D08", "D10", "D12", "I01", "I03", "S05"))
        story.wait(150).save(attempt, agent_id, code, cartera).agent(agent_id, "disponible")


def _in_the_middle(story: Story, dice: random.Random, agents: int, carteras: tuple[str, ...]) -> None:
    for number in range(1, agents + 1):
        cartera = carteras[number % len(carteras)]
        story.wait(dice.randint(200, 2_000))
        if number % 8 == 4:
            story.agent(f"e{number:02}", "pausa", reason="baño")
        elif number % 8 == 7:
            story.agent(f"e{number:02}", "cierre")
        elif number % 8 != 2:
            attempt = story.place(cartera)
            story.ring(attempt).pick_up(attempt).join(attempt, f"e{number:02}")
    for _ in range(5):
        story.ring(story.place(carteras[0]))
    story.place(carteras[0])
    attempt = story.place(carteras[0], amd=True)
    story.ring(attempt).pick_up(attempt, person=False)
