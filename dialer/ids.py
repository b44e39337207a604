"""The ids that Asterisk carries for us as channel ids, so that a restarted dialer knows its own calls.

An attempt is ``c.<node>.<run>.<n>``; an agent's leg is ``a.<node>.<agent>.<run>.<n>``; a supervisor's headset that
listens in is ``s.<node>.<user>.<run>.<n>``; who is called to take a debtor over is ``x.<node>.<run>.<n>``.
`run` is unique for each start of the engine. Only a person's code may hold dots of its own (``maria.soto``).

No id is the beginning of another one, hence the nine digits of `n`: Asterisk's ``Bridge`` takes a channel whose id
*begins* with what it is given (22.10, measured), so ``….1`` might be joined where ``….12`` was meant, or the reverse.
"""

from __future__ import annotations


def attempt_id(node: str, run: str, n: int) -> str:
    return f"c.{node}.{run}.{n:09}"


def run_prefix(node: str, run: str) -> str:
    """How the ids of all attempts of one run begin."""
    return f"c.{node}.{run}."


def leg_id(node: str, agent_id: str, run: str, n: int) -> str:
    return f"a.{node}.{agent_id}.{run}.{n:09}"


def ear_id(node: str, user: str, run: str, n: int) -> str:
    return f"s.{node}.{user}.{run}.{n:09}"


def outside_id(node: str, run: str, n: int) -> str:
    return f"x.{node}.{run}.{n:09}"


def is_attempt(channel_id: str) -> bool:
    return channel_id.startswith("c.") and channel_id.count(".") == 3


def is_leg(channel_id: str) -> bool:
    return channel_id.startswith("a.") and channel_id.count(".") >= 4


def is_ear(channel_id: str) -> bool:
    return channel_id.startswith("s.") and channel_id.count(".") >= 4


def is_outside(channel_id: str) -> bool:
    return channel_id.startswith("x.") and channel_id.count(".") == 3


def agent_of(leg: str) -> str:
    """The agent whose leg this is. Raises `ValueError` for anything that is not a leg's id."""
    if not is_leg(leg):
        raise ValueError(f"{leg!r} is not the id of an agent's leg (a.<node>.<agent>.<run>.<n>)")
    return ".".join(leg.split(".")[2:-2])
