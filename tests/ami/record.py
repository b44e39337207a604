"""Record anew what a real Asterisk says: ``python -m tests.ami.record [NAME...]``.

Each scenario is one AMI connection to the lab (`dialer.edge.lab`), over which the dialer's own actions are sent; every
byte that Asterisk sends back goes into ``tests/ami/NAME.txt``. What we send is not kept, so no secret can be in it. The
calls and the leg always have the same ids, and the numbers are the lab's. Without names, all scenarios are recorded
(half a minute).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from dialer.ami_wire import Decoder, Message, encode
from dialer.ami_words import Fields, action_for
from dialer.commands import CallAgent, Command, HangUp, HoldCall, JoinCall, ListChannels, PlaceCall
from dialer.edge.lab import Lab

FOLDER: Final = Path(__file__).parent
DEADLINE_S: Final = 60.0
CALL, LEG = "c.n1.k3.2", "a.n1.e01.k3.1"
# What a number does is in its last digits: see docs/asterisk.md.
NUMBER: Final = "+5691234{ending}"
AT_ONCE, BUSY, NEVER, UNALLOCATED, MACHINE = "0001", "0002", "0003", "0004", "0005"
CONGESTION, NETWORK, REJECTED, TALKS_BRIEFLY = "0006", "0007", "0008", "1100"


class Tape:
    """One AMI connection; `taped` holds every byte received, `heard` the messages in it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lab: Lab) -> None:
        self.taped = bytearray()
        self.heard: list[Message] = []
        self._reader, self._writer = reader, writer
        self._decoder = Decoder()
        self._ids = (f"q{n}" for n in itertools.count(1))
        self._asterisk: dict[str, Any] = lab.settings_patch["asterisk"]  # type: ignore[assignment]

    async def login(self, user: str, secret: str) -> None:
        challenge = (await self.act("Challenge", AuthType="MD5")).get("Challenge")
        key = hashlib.md5((challenge + secret).encode()).hexdigest()
        await self.act("Login", AuthType="MD5", Username=user, Key=key)
        await self.until("FullyBooted")

    async def act(self, action: str, **headers: str) -> Message:
        """Send an action by its name; its response."""
        return await self.send([("Action", action), ("ActionID", next(self._ids)), *headers.items()])

    async def perform(self, command: Command, ending: str = "") -> Message:
        """Send the dialer's own action for a command; its response."""
        trunk, recordings = self._asterisk["trunk"], self._asterisk["recordings"]
        number = NUMBER.format(ending=ending)
        return await self.send(
            action_for(command, trunk=trunk, number=number, recordings=recordings, action_id=next(self._ids))
        )

    async def send(self, fields: Fields) -> Message:
        """Send an action, its ActionID second; its response."""
        self._writer.write(encode(fields))
        (_, action), (_, action_id), *_ = fields
        since = len(self.heard)

        def found() -> Message | None:
            mine = (m for m in self.heard[since:] if m.get("ActionID") == action_id)
            return next((m for m in mine if not m.get("Event")), None)

        return await self._wait(found, f"the response to {action}")

    async def until(self, name: str, channel: str = "", times: int = 1) -> None:
        """Tape on until this event, or this UserEvent of our dialplan, has come `times` times for a channel."""

        def found() -> Message | None:
            those = [m for m in self.heard if name in (m.get("Event"), m.get("UserEvent"))]
            about = [m for m in those if channel in ("", m.get("Uniqueid"))]
            return about[times - 1] if len(about) >= times else None

        await self._wait(found, f"{name} of {channel}, {times} times")

    async def _wait(self, found: Callable[[], Message | None], what: str) -> Message:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while (message := found()) is None:
                    data = await self._reader.read(65_536)
                    if not data:
                        raise SystemExit(f"Asterisk closed the line before {what}")
                    self.taped += data
                    self.heard += self._decoder.feed(data)
        except TimeoutError:
            raise SystemExit(f"waited {DEADLINE_S:g} s in vain for {what}") from None
        return message

    async def close(self) -> None:
        await self.act("Logoff")
        self._writer.close()


# ── what the dialer does, step by step ──────────────────────────────────────────────────────────────


async def park(tape: Tape) -> None:
    await tape.perform(CallAgent(LEG, "PJSIP/e01", ring_ms=20_000))
    await tape.until("CintilloParked", LEG)
    await tape.until("OriginateResponse", LEG)


async def place(tape: Tape, ending: str, *, amd: bool = False, ring_ms: int = 20_000) -> None:
    call = PlaceCall(CALL, "c1", 1, "600000000", ring_ms=ring_ms, wait_ms=2_000, amd=amd, record=True)
    await tape.perform(call, ending)


async def join(tape: Tape, times: int = 1) -> None:
    await tape.perform(JoinCall(CALL, LEG))
    for channel in (CALL, LEG):
        await tape.until("BridgeEnter", channel, times)


async def ended(tape: Tape, channel: str = CALL) -> None:
    """The channel is gone, and its Originate has said so: nothing of it runs into the next scenario."""
    await tape.until("Hangup", channel)
    await tape.until("OriginateResponse", channel)


async def hang_up(tape: Tape, channel: str) -> None:
    await tape.perform(HangUp(channel))
    await ended(tape, channel)


# ── the scenarios ───────────────────────────────────────────────────────────────────────────────────


def fails(ending: str, ring_ms: int = 20_000) -> Callable[[Tape], Awaitable[None]]:
    """A number that nobody answers."""

    async def scenario(tape: Tape) -> None:
        await place(tape, ending, ring_ms=ring_ms)
        await ended(tape)

    return scenario


async def conversation(tape: Tape) -> None:
    """An agent is parked, a call rings and is answered, joined, listed; the debtor hangs up, the agent logs out."""
    await park(tape)
    await place(tape, TALKS_BRIEFLY)
    await tape.until("CintilloAnswered", CALL)
    await join(tape)
    await tape.perform(ListChannels())
    await tape.until("CoreShowChannelsComplete")
    await ended(tape)
    await tape.until("CintilloParked", LEG, times=2)
    await hang_up(tape, LEG)


async def hold(tape: Tape) -> None:
    """A conversation is put on hold, the leg is back in its loop, and the conversation goes on; we hang up."""
    await park(tape)
    await place(tape, AT_ONCE)
    await tape.until("CintilloAnswered", CALL)
    await join(tape)
    await tape.perform(HoldCall(CALL))
    await tape.until("CintilloParked", LEG, times=2)
    await join(tape, times=2)
    await hang_up(tape, CALL)
    await tape.until("CintilloParked", LEG, times=3)
    await hang_up(tape, LEG)


async def abandoned(tape: Tape) -> None:
    """Nobody is free: the wait, the recorded message, the end."""
    await place(tape, AT_ONCE)
    await ended(tape)


async def machine(tape: Tape) -> None:
    """The detector hears a voicemail greeting, and the dialplan hangs up."""
    await place(tape, MACHINE, amd=True)
    await ended(tape)


async def human(tape: Tape) -> None:
    """The detector hears a person; we hang up."""
    await place(tape, AT_ONCE, amd=True)
    await tape.until("CintilloScreened", CALL)
    await hang_up(tape, CALL)


async def refused(tape: Tape) -> None:
    """Endpoints and channels that do not exist, and a context that does not."""
    nowhere = {"Channel": "PJSIP/nadie", "Exten": "s", "Priority": "1", "Async": "true", "CallerID": "600000000"}
    for channel, context in ((CALL, "cintillo-deudor"), (LEG, "cintillo-agente")):
        fields = {**nowhere, "ChannelId": channel, "Context": context}
        await tape.send([("Action", "Originate"), ("ActionID", channel), *fields.items()])
        await tape.until("OriginateResponse", channel)
    await tape.act("Originate", **nowhere, ChannelId=CALL, Context="no-existe")
    for command in (JoinCall(CALL, LEG), HangUp(CALL), HoldCall(CALL)):
        await tape.perform(command)


async def commands(tape: Tape) -> None:
    """What an account with ``write=command`` may ask: responses with repeated ``Output`` headers."""
    for line in ("core show channels count", f"manager show user {ASKER}"):
        await tape.act("Command", Command=line)
    await tape.act("Ping")
    await tape.perform(ListChannels())
    await tape.until("CoreShowChannelsComplete")
    await tape.act("Nonsense")


SCENARIOS: Final[dict[str, Callable[[Tape], Awaitable[None]]]] = {
    "abandoned": abandoned,
    "busy": fails(BUSY),
    "commands": commands,
    "congestion": fails(CONGESTION),
    "conversation": conversation,
    "hold": hold,
    "human": human,
    "machine": machine,
    "network": fails(NETWORK),
    "no-answer": fails(NEVER, ring_ms=2_500),
    "refused": refused,
    "rejected": fails(REJECTED),
    "unallocated": fails(UNALLOCATED),
}

ASKER: Final = "preguntas"
ASKER_ACCOUNT: Final = """
[{user}]
secret = {secret}
read = system
write = command,reporting
"""


# ── the recorder ────────────────────────────────────────────────────────────────────────────────────


@contextlib.asynccontextmanager
async def taping(lab: Lab, user: str, secret: str) -> AsyncIterator[Tape]:
    tape = Tape(*await asyncio.open_connection("127.0.0.1", lab.ami_port), lab)
    await tape.login(user, secret)
    yield tape
    await tape.close()


async def admit_asker(lab: Lab, secret: str) -> None:
    """Give the lab an account for `commands`: the product's own may not run any."""
    with (lab.recordings_dir.parents[1] / "etc" / "manager.conf").open("a") as accounts:
        accounts.write(ASKER_ACCOUNT.format(user=ASKER, secret=secret))
    async with taping(lab, "cintillo", lab.secret) as tape:
        await tape.act("Reload", Module="manager")


async def record(names: list[str]) -> None:
    lab, secret = Lab(), secrets.token_hex(12)
    await lab.start(1)
    try:
        await admit_asker(lab, secret)
        for name in names:
            account = (ASKER, secret) if name == "commands" else ("cintillo", lab.secret)
            async with taping(lab, *account) as tape:
                await SCENARIOS[name](tape)
            (FOLDER / f"{name}.txt").write_bytes(tape.taped)
            print(f"{name:14} {len(tape.heard):4} messages {len(tape.taped):6} bytes", flush=True)
    finally:
        await lab.stop()


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        sys.exit(f"no scenario is called {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    asyncio.run(record(names or list(SCENARIOS)))


if __name__ == "__main__":
    main(sys.argv[1:])
