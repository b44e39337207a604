"""How a pretend ejecutivo behaves: reads the guion, chooses answers, and records what came of the call.

`Dice` are numbers in [0, 1), one for each roll; who calls these functions brings them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeVar

import msgspec

from agents.messages import Callback, Gestion, Promise
from dialer.rules import local_day

Dice = Callable[[], float]
T = TypeVar("T")

STEPS_MAX = 60
HOUR_MS = 3_600_000
TYPE_WEIGHTS = {"directo": 6.0, "empresa": 2.0, "indirecto": 2.0, "sin_contacto": 1.0, "aval": 0.3}
STOP_WEIGHT = 0.1

COMMENTS = (
    "Se conversa según el guion.",
    "Contesta bien, pide que le envíen el detalle.",
    "Llamada breve, queda de revisar.",
    "Atiende, escucha las alternativas y decide.",
)


class Behaviour(msgspec.Struct, frozen=True):
    """What a pretend ejecutivo is like. Pairs are (least, most), in the unit of their name.

    `read_ms` is for each node; `hangup_chance`: they end the call themselves when the guion is over; `follow_chance`:
    they record what the guion suggests; `weights`: how often they choose a code, 0 for never; a code that is not in it
    has the weight of its contact type, and a tenth of it where the result takes the case off the queue.
    """

    read_ms: tuple[int, int] = (400, 1_500)
    wrapup_ms: tuple[int, int] = (1_000, 3_000)
    hangup_chance: float = 0.3
    follow_chance: float = 0.8
    weights: dict[str, float] = {}
    promise_days: tuple[int, int] = (1, 7)
    callback_h: tuple[int, int] = (2, 48)


class Step(NamedTuple):
    """One node on the screen: how long it takes to read, and what it says of itself."""

    node_id: str
    mandatory: bool
    suggests: str
    read_ms: int


class Talk(NamedTuple):
    """What was read so far. `suggests` is the code of the last node shown, empty before an end was reached."""

    trace: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    suggests: str = ""

    def after(self, step: Step) -> Talk:
        ticked = (*self.ticked, step.node_id) if step.mandatory else self.ticked
        return Talk((*self.trace, step.node_id), ticked, step.suggests)


def between(bounds: tuple[int, int], dice: Dice) -> int:
    """A whole number from `bounds`, both ends included."""
    least, most = bounds
    return least + int(dice() * (most - least + 1))


def pick(items: Sequence[T], weights: Sequence[float], dice: Dice) -> T:
    """One item, each as likely as its weight; the last one where all weigh nothing."""
    left = dice() * sum(weights)
    for item, weight in zip(items, weights, strict=True):
        left -= weight
        if left < 0:
            return item
    return items[-1]


def walk(script: Mapping[str, Any], behaviour: Behaviour, dice: Dice) -> Iterator[Step]:
    """The nodes of a guion (as `scripts_llamada.guion.filled` gives it) in the order of one conversation.

    A guion that goes in circles is left after `STEPS_MAX` nodes, one that leads nowhere where it breaks off.
    """
    nodes, node_id = script.get("nodes", {}), script.get("start", "")
    for _ in range(STEPS_MAX):
        node = nodes.get(node_id)
        if node is None:
            return
        yield Step(node_id, bool(node.get("mandatory")), node.get("suggests", ""), between(behaviour.read_ms, dice))
        node_id = _onward(node, dice)


def _onward(node: Mapping[str, Any], dice: Dice) -> str:
    ways = [answer["goto"] for answer in node.get("answers", ())] or [node.get("next", "")]
    # A guion lists the usual answer first ("sí, con él").
    return str(pick(ways, [(place + 1) ** -2 for place in range(len(ways))], dice))


# ── what came of it ─────────────────────────────────────────────────────────────────────────────────


def gestion(
    attempt_id: str,
    tree: Mapping[str, Any],
    card: Mapping[str, Any],
    talk: Talk,
    now_ms: int,
    behaviour: Behaviour,
    dice: Dice,
) -> Gestion:
    """A gestión with all that its disposition needs. `tree` as `scripts_llamada.tipificacion.as_json` gives it.

    Raises `ValueError` for a tree without dispositions.
    """
    chosen = choose(tree, talk.suggests, behaviour, dice)
    needs = chosen.get("needs", ())
    return Gestion(
        attempt_id=attempt_id,
        code=chosen["code"],
        comment=_comment(chosen, dice),
        promise=_promise(tree, card, now_ms, behaviour, dice) if "date" in needs else None,
        callback=_callback(tree, now_ms, behaviour, dice) if "datetime" in needs else None,
        address=_address(card) if "address" in needs else "",
        trace=talk.trace,
        ticked=talk.ticked,
    )


def plain_gestion(attempt_id: str, tree: Mapping[str, Any], talk: Talk) -> Gestion:
    """The gestión that asks least: for when the desk did not take the other one."""
    chosen = min(_dispositions(tree), key=lambda each: (len(each.get("needs", ())), bool(each.get("stop"))))
    return Gestion(attempt_id, chosen["code"], "Sin más detalle.", trace=talk.trace, ticked=talk.ticked)


def choose(tree: Mapping[str, Any], suggested: str, behaviour: Behaviour, dice: Dice) -> Mapping[str, Any]:
    """The disposition: mostly what the guion suggests, else any by weight."""
    all_of_them = _dispositions(tree)
    known = next((each for each in all_of_them if each["code"] == suggested), None)
    if known is not None and dice() < behaviour.follow_chance:
        return known
    return pick(all_of_them, [_weight(each, behaviour) for each in all_of_them], dice)


def _dispositions(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = list(tree.get("dispositions", ()))
    if not listed:
        raise ValueError("the disposition tree that came with the call is empty: give the cartera a tree (arbol)")
    return listed


def _weight(disposition: Mapping[str, Any], behaviour: Behaviour) -> float:
    own = behaviour.weights.get(disposition["code"])
    if own is not None:
        return own
    weight = TYPE_WEIGHTS.get(disposition.get("contact_type", ""), 1.0)
    ends_calls = disposition.get("stop") or "call" in disposition.get("opt_out", ())
    return weight * STOP_WEIGHT if ends_calls else weight


def _comment(disposition: Mapping[str, Any], dice: Dice) -> str:
    wanted = disposition.get("comment_needed")
    return f"Se registra {wanted}: conforme a lo conversado." if wanted else pick(COMMENTS, [1.0] * len(COMMENTS), dice)


def _promise(
    tree: Mapping[str, Any], card: Mapping[str, Any], now_ms: int, behaviour: Behaviour, dice: Dice
) -> Promise:
    least, most = behaviour.promise_days
    days = between((least, min(most, tree.get("max_promise_days", most))), dice)
    day = local_day(now_ms, "UTC") + timedelta(days=days)
    return Promise(day.isoformat(), str(_amount(card)))


def _address(card: Mapping[str, Any]) -> str:
    """Where the debtor lives, or the firm's own counter where the card does not say."""
    return str(card.get("deudor", {}).get("direccion") or "Oficina de pagos, Santiago")


def _amount(card: Mapping[str, Any]) -> int:
    """All that is owed in pesos, or ten thousand where the card does not say."""
    try:
        owed = sum(
            Decimal(str(each.get("saldo", 0)))
            for each in card.get("documentos", ())
            if each.get("moneda", "CLP") == "CLP"
        )
    except InvalidOperation:
        return 10_000
    return int(owed) or 10_000


def _callback(tree: Mapping[str, Any], now_ms: int, behaviour: Behaviour, dice: Dice) -> Callback:
    least, most = behaviour.callback_h
    hours = between((least, min(most, 24 * tree.get("max_callback_days", most))), dice)
    return Callback(now_ms + hours * HOUR_MS, pool=dice() < 0.7)
