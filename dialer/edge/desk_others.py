"""What nodes ask of one another, by way of Redis, and how each is answered."""

from __future__ import annotations

import logging

import msgspec

from agents.desk import DeskError
from agents.headset import Abroad
from agents.supervising import Mode, Spying, SupervisorSays
from dialer import ports
from dialer.records import QueueDown

log = logging.getLogger(__name__)

NODE_DOWN = "node_down"


class Question(msgspec.Struct, frozen=True, tag="order"):
    """An order for another node, judged and audited where it was given."""

    by: str
    order: SupervisorSays


class Listen(msgspec.Struct, frozen=True, tag="listen"):
    """Call this supervisor's headset onto an agent's line there, or turn it. `endpoint` "": as that node names it."""

    by: str
    home: str
    endpoint: str
    agent_id: str
    mode: Mode


class Still(msgspec.Struct, frozen=True, tag="still"):
    """The page of your guest is open: how is their headset?"""

    by: str
    home: str


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """Your guest is off the line."""

    by: str
    home: str


class Wear(msgspec.Struct, frozen=True, tag="wear"):
    """With what does this usuario's browser register at your Asterisk?"""

    code: str


Asked = Question | Listen | Still | Leave | Wear


class Told(msgspec.Struct, frozen=True):
    """That node's answer; `code` "": done. `count`: how many consoles a message reached.

    `spying`: how a guest's headset is, None while it is being called. `line`: for `Wear`.
    """

    code: str = ""
    detail: str = ""
    count: int = 0
    spying: Spying | None = None
    line: Abroad | None = None


async def asked(nodes: ports.Nodes, node: str, question: Asked) -> Told:
    """Ask it of a node. Raises `DeskError` with its refusal, or where it does not answer."""
    try:
        told = msgspec.json.decode(await nodes.ask(node, msgspec.json.encode(question)), type=Told)
    except QueueDown as bad:
        log.warning("a question for node %s is lost: %s", node, bad)
        raise DeskError(NODE_DOWN, f"El nodo {node} no responde: la orden no llegó.") from None
    if told.code:
        raise DeskError(told.code, told.detail)
    return told
