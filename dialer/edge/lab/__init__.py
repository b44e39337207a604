"""The lab: a real Asterisk with the product's own files, a second one as the telephone network, pyVoIP headsets.

Everything is on the loopback, on free ports, in a folder of its own; several labs run side by side.
``python -m dialer.edge.lab build`` makes the private root beforehand, ``python -m dialer.edge.lab run`` keeps a lab up
to play with.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process, create_subprocess_exec
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from agents.headset import pjsip
from agents.usuario import Usuario
from dialer.edge.lab.lines import Heard, Line
from dialer.edge.lab.ports import LOOPBACK, free_tcp, free_udp, outer_address
from dialer.edge.lab.root import LabError, LabUnavailable, Root, ensure_root, find_root, lab_dir, tell
from dialer.edge.lab.tree import Run

__all__ = ["Heard", "Lab", "LabError", "LabUnavailable", "Root", "ensure_root", "find_root", "lab_dir"]

USER = "cintillo"
ENDPOINT = "PJSIP/{agent}"
BROWSER = "navegador"
TONE_HZ, DEBTOR_HZ = 1000, 440
"""At what a headset speaks, and the voice of the network's people."""
BOOT_DEADLINE_S = 60.0
HEADSETS_DEADLINE_S = 60.0
STOP_DEADLINE_S = 5.0
RTP_PORTS = 2000
HEADSET_RTP_PORTS = 8


class Lab:
    """Two Asterisks and the agents' headsets; to be started, asked and stopped on one event loop.

    After `start`: `agents` are the ids (and endpoints' names) of the headsets, `people` of those who register from a
    browser with what ``GET /api/headset`` tells them; `settings_patch` goes over the settings' table;
    `recordings_dir` is where this process finds the recordings; `ami_port`, `secret`, `http_port` and `sip_port` are
    the PBX's. `say` is told what takes long.
    """

    def __init__(self, directory: Path | None = None, say: Callable[[str], None] = tell) -> None:
        self._directory = directory
        self._say = say
        self._run: Run | None = None
        self._asterisks: dict[str, Process] = {}
        self._headsets: Process | None = None
        self.agents: tuple[str, ...] = ()
        self.people: tuple[str, ...] = ()
        self.tones: dict[str, int] = {}
        self.secret, self.headset_secret = secrets.token_hex(12), secrets.token_hex(24)
        self.ami_port = self.http_port = self.sip_port = 0

    async def start(
        self,
        agents: int | Sequence[str] = 8,
        people: Sequence[str] = (BROWSER,),
        tones: Mapping[str, int] | None = None,
    ) -> None:
        """Start everything and wait until it works: `agents` headsets ``e01``, ``e02``..., or the ids given.

        `people` may register a headset from a browser. `tones`: at what frequency a headset speaks, where it is not
        `TONE_HZ`; each then measures what it hears of all of them (`Heard.tones`), and of the debtors' voice.

        Raises `LabError`; nothing is left running then.
        """
        self.agents = tuple(f"e{n:02d}" for n in range(1, agents + 1)) if isinstance(agents, int) else tuple(agents)
        self.people, self.tones = tuple(people), dict(tones or {})
        root = await asyncio.to_thread(find_root, self._directory, self._say)
        try:
            await self._start(root)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop what was started, by its own process, and remove the run folder with its recordings."""
        if self._headsets is not None:
            assert self._headsets.stdin is not None
            self._headsets.stdin.close()
            await _end(self._headsets)
        for process in self._asterisks.values():
            if process.returncode is None:
                process.terminate()
        for process in self._asterisks.values():
            await _end(process)
        self._headsets, self._asterisks = None, {}
        if self._run is not None:
            await asyncio.to_thread(self._run.remove)
            self._run = None

    @property
    def settings_patch(self) -> dict[str, object]:
        """What to lay over the decoded TOML so that the dialer works with this lab."""
        recordings = f"{self._folder.inner}/pbx/spool/monitor"
        return {
            "asterisk": {
                "host": LOOPBACK,
                "port": self.ami_port,
                "user": USER,
                "secret": self.secret,
                "trunk": "PJSIP/{number}@troncal",
                "agent_endpoint": ENDPOINT,
                "recordings": recordings,
                "recordings_here": str(self.recordings_dir),
            },
            "headset": {"ws": f"ws://{LOOPBACK}:{self.http_port}/ws", "secret": self.headset_secret},
        }

    @property
    def recordings_dir(self) -> Path:
        """The recordings as this process sees them (`settings_patch` has the same folder as Asterisk sees it)."""
        return self._folder.outer / "pbx" / "spool" / "monitor"

    @property
    def debtor_heard(self) -> Path:
        """What the network's person of the ending 0011 hears, once their call is over."""
        return self._folder.outer / "red" / "spool" / "monitor" / "deudor-oye.wav"

    def tones_heard(self) -> str:
        """The tones (RFC 4733) that have arrived at the network's people so far, in their order."""
        log = self._folder.outer / "red" / "log" / "dtmf.log"
        text = log.read_text(errors="replace") if log.exists() else ""
        return "".join(re.findall(r"DTMF end '(.)' received", text))

    async def heard(self) -> dict[str, Heard]:
        """What each headset heard so far, by agent."""
        process = self._headsets
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(b"?\n")
        answer = json.loads(await process.stdout.readline() or b"{}")
        return {agent: Heard(**figures) for agent, figures in answer.items()}

    def last_words(self) -> str:
        """The last lines of the PBX's log."""
        return self._folder.last_words("pbx")

    @property
    def pids(self) -> dict[str, int]:
        """The processes of the lab: ``pbx``, ``red`` and ``headsets``."""
        alive = dict(self._asterisks)
        if self._headsets is not None:
            alive["headsets"] = self._headsets
        return {name: process.pid for name, process in alive.items()}

    @property
    def _folder(self) -> Run:
        if self._run is None:
            raise LabError("the lab is not running: call start() first")
        return self._run

    async def _start(self, root: Root) -> None:
        self._run = Run(root)
        red_ami, red_sip, red_rtp, rtp = free_tcp(), free_udp(2), free_udp(RTP_PORTS), free_udp(RTP_PORTS)
        self.ami_port, self.http_port, self.sip_port = free_tcp(), free_tcp(), free_udp(2)
        ports = {"secret": self.secret, "red_sip_port": red_sip}
        pbx = {"ami_port": self.ami_port, "http_port": self.http_port, "sip_port": self.sip_port, **_rtp(rtp)}
        web = pjsip((Usuario(one, one, "ejecutivo", "") for one in self.people), self.headset_secret, ENDPOINT)
        self._run.plant("pbx", {**ports, **pbx}, self.agents, web)
        self._run.plant("red", {**ports, "ami_port": red_ami, "sip_port": red_sip, **_rtp(red_rtp)})
        self.recordings_dir.mkdir(parents=True)
        for name in ("red", "pbx"):
            self._asterisks[name] = await self._asterisk(name)
        await asyncio.gather(self._booted("red", red_ami), self._booted("pbx", self.ami_port))
        await self._register()

    async def _asterisk(self, name: str) -> Process:
        run = self._folder
        words = run.root.command("asterisk", "-f", "-C", f"{run.inner}/{name}/etc/asterisk.conf")
        with run.log(f"{name}/log/console.log") as log:
            # A session of its own: Ctrl-C is for us, who end the calls before we end Asterisk.
            return await create_subprocess_exec(
                *words, stdin=DEVNULL, stdout=log, stderr=STDOUT, start_new_session=True
            )

    async def _booted(self, name: str, port: int) -> None:
        try:
            async with asyncio.timeout(BOOT_DEADLINE_S):
                while not await _fully_booted(port, self.secret):
                    if self._asterisks[name].returncode is not None:
                        raise TimeoutError
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise LabError(
                f"the lab's Asterisk '{name}' did not come up in {BOOT_DEADLINE_S:.0f} s; its last words:\n"
                f"{self._folder.last_words(name)}"
            ) from None

    async def _register(self) -> None:
        lines = [asdict(self._line(agent)) for agent in self.agents]
        with self._folder.log("headsets.log") as errors:
            self._headsets = await create_subprocess_exec(
                sys.executable, "-m", "dialer.edge.lab", "headsets",
                stdin=PIPE, stdout=PIPE, stderr=errors, start_new_session=True,
            )  # fmt: skip
        assert self._headsets.stdin is not None and self._headsets.stdout is not None
        self._headsets.stdin.write(json.dumps(lines).encode() + b"\n")
        try:
            ready = await asyncio.wait_for(self._headsets.stdout.readline(), HEADSETS_DEADLINE_S)
        except TimeoutError:
            ready = b""
        if not ready:
            last = (self._folder.outer / "headsets.log").read_text()[-2000:]
            raise LabError(f"the lab's headsets did not register; their last words:\n{last}")

    def _line(self, agent: str) -> Line:
        rtp = free_udp(HEADSET_RTP_PORTS)
        ports = (free_udp(), rtp, HEADSET_RTP_PORTS)
        listens = tuple(sorted({TONE_HZ, DEBTOR_HZ, *self.tones.values()})) if self.tones else ()
        tone = self.tones.get(agent, TONE_HZ)
        return Line(agent, LOOPBACK, self.sip_port, self.secret, *ports, tone, listens)


def _rtp(low: int) -> dict[str, object]:
    return {"rtp_low": low, "rtp_high": low + RTP_PORTS - 1, "outer": outer_address(), "inner": LOOPBACK}


async def _fully_booted(port: int, secret: str) -> bool:
    """Log in and wait for the event: False where nobody listens yet or the line is closed."""
    try:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    try:
        writer.write(f"Action: Login\r\nUsername: {USER}\r\nSecret: {secret}\r\n\r\n".encode())
        while line := await reader.readline():
            if line.strip() == b"Event: FullyBooted":
                return True
        return False
    except ConnectionError:
        return False
    finally:
        writer.close()


async def _end(process: Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), STOP_DEADLINE_S)
    except TimeoutError:
        process.kill()
        await process.wait()
