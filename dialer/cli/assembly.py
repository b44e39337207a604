"""Puts a node together from its settings: every edge is made here and handed to the service."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.edge.api import create_app
from agents.edge.cargas import open_cargas
from agents.edge.estrategias import open_strategies
from agents.edge.floor_link import open_floor
from agents.edge.headset import open_headset
from agents.edge.listas import open_lists
from agents.edge.own import open_own
from agents.edge.pages import open_pages
from agents.edge.piso import open_piso
from agents.edge.retiros import open_room
from agents.edge.server import ApiServer
from config.fits import rule_faults
from config.preset import Preset
from config.settings import ConfigError, Floor, Settings
from config.versions import InForce
from dialer.cli.cargas import Desk
from dialer.cli.filed import read_filed
from dialer.edge.ami import AmiLink
from dialer.edge.clock import FloorClock
from dialer.edge.desk import Texts
from dialer.edge.desk_estrategia import Filed, StrategyDesk
from dialer.edge.desk_floor import FloorDesk
from dialer.edge.desk_listening import Headsets
from dialer.edge.desk_own import OwnDesk
from dialer.edge.desk_recordings import RecordingDesk
from dialer.edge.journal import JournalFile, prune
from dialer.edge.listas import ListDesk
from dialer.edge.queue import Queue
from dialer.edge.queue_nodes import Nodes
from dialer.edge.recorder import Recorder
from dialer.edge.service import Ports, Service
from dialer.edge.store import Store
from dialer.edge.trial import Trials
from dialer.events import AttemptsRecorded, Event, RecordFailed
from dialer.rules import local_day
from metrics.edge.prometheus import Exporter
from metrics.floors import Floors
from metrics.ledger import Ledger
from scripts_llamada.edge.files import load_arboles, load_guiones
from scripts_llamada.revision import check_all

log = logging.getLogger(__name__)

HOUR_MS = 3_600_000
DAY_MS = 86_400_000
TRIAL = (sys.executable, "-m", "dialer", "trial")
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def read_texts(settings: Settings) -> Texts:
    """The guiones and trees of these settings. Raises `ConfigError` with everything that does not fit."""
    site = Path(settings.scripts) if settings.scripts else None
    guiones, arboles = load_guiones(site), load_arboles(site)
    faults = check_all(settings, guiones, arboles)
    if faults:
        raise ConfigError("\n".join(faults))
    company = {name: value for name, value in settings.empresa.model_dump().items() if value}
    return Texts(guiones, arboles, company, settings.pausas, settings.metas, settings.transfer)


def read_floor(settings: Settings, texts: Texts, now_ms: int) -> Floor:
    """The engine's part of the settings, with the rules and the trees' codes.

    Raises `ConfigError` with everything that does not keep to the rules on today's date in the floor's zone.
    """
    return floor_of(settings, texts, read_filed(settings).reglas, now_ms)


def floor_of(settings: Settings, texts: Texts, reglas: Mapping[str, Preset], now_ms: int) -> Floor:
    """`read_floor` with presets that were read before."""
    codes = {name: dict(arbol.verdicts) for name, arbol in texts.arboles.items()}
    floor = settings.floor(dict(reglas), codes)
    faults = rule_faults(settings, reglas, local_day(now_ms, settings.zone).isoformat())
    if faults:
        raise ConfigError("\n".join(faults))
    return floor


def run_id(now_ms: int) -> str:
    """A word that no other start of this node has: its moment, in base 36."""
    digits = ""
    while now_ms:
        now_ms, digit = divmod(now_ms, 36)
        digits = BASE36[digit] + digits
    return digits


class Node:
    """One running node. `open`, then `start`; `stop` undoes both. The parts are there for who composes more around."""

    def __init__(self, filed: Filed, now: InForce, clock: FloorClock, store: Store, texts: Texts) -> None:
        run = run_id(clock.now_ms())
        settings, texts = now.settings, texts._replace(metas=now.settings.metas)
        folder = Path(settings.journal)
        self.settings, self.clock, self.store, self.texts = settings, clock, store, texts
        self.ledger = Ledger()
        self.queue = Queue.open(settings.redis, node=settings.node)
        self.journal = JournalFile(folder, settings.node, run)
        self.recorder = Recorder(store, settings.node, on_recorded=self._recorded, on_failed=self._not_recorded)
        self.link = AmiLink(settings.asterisk, clock_ms=clock.now_ms, on_event=self._happened)
        around = Ports(clock, self.link, self.queue, store, self.recorder, self.journal, self.ledger)
        floor = floor_of(settings, texts, filed.reglas, clock.now_ms())
        self.service = Service(settings.node, run, settings.zone, floor, around, texts)
        exporter = Exporter(self.ledger, clock.now_ms)
        session_ms = round(settings.api.session_hours * HOUR_MS)
        app = create_app(self.service.desk, store, metrics=exporter.render, now_ms=clock.now_ms, session_ms=session_ms)
        open_own(app, OwnDesk(self.service.desk, around))
        open_room(app, store)
        open_cargas(app, Desk(lambda: self.settings, store, clock.now_ms))
        open_lists(app, ListDesk(store, self.queue, clock.now_ms))
        open_pages(app, settings.headset.addresses)
        asterisk = settings.asterisk
        self.nodes = Nodes(settings.redis, node=settings.node)
        headsets = Headsets(asterisk.agent_endpoint, settings.headset)
        self.floor = FloorDesk(self.service.desk, around, store, self.nodes, Floors(), headsets)
        open_floor(app, self.floor)
        open_headset(app, settings.headset, asterisk.agent_endpoint, self.floor.line)
        seen = asterisk.recordings_here or asterisk.recordings
        open_piso(app, self.floor, RecordingDesk(store, seen, settings.zone, clock.now_ms))
        self.strategies = StrategyDesk(store, Trials(TRIAL), self.ledger, filed, now)
        self.strategies.open(self._take, self.floor.board, clock.now_ms)
        open_strategies(app, self.strategies)
        self.api = ApiServer(app)
        self.port = 0

    # The edges below the service are made before it: they reach it through these.

    def _happened(self, event: Event) -> None:
        self.service.feed(event)

    def _recorded(self, attempt_ids: tuple[str, ...]) -> None:
        self.service.feed(AttemptsRecorded(attempt_ids))

    def _not_recorded(self, attempt_ids: tuple[str, ...], reason: str) -> None:
        self.service.feed(RecordFailed(attempt_ids, reason))

    @classmethod
    async def open(cls, settings: Settings, clock: FloorClock) -> Node:
        """Check the texts, open the database. Raises `ConfigError`, `GuionError`, `BooksError`."""
        texts, filed = read_texts(settings), read_filed(settings)
        floor_of(settings, texts, filed.reglas, clock.now_ms())
        store = await Store.open(settings.database)
        now = filed.under(await store.newest_versions(), clock.now_ms())
        prune(Path(settings.journal), settings.journal_keep_days, clock.now_ms() / 1000)
        return cls(filed, now, clock, store, texts)

    @property
    def url(self) -> str:
        return f"http://{self.settings.api.host}:{self.port}"

    async def start(self) -> None:
        recording = self.recorder.start()
        recording.add_done_callback(self._recorder_ended)
        await self.service.start()
        self.floor.start()
        self.strategies.start()
        self.nodes.listen(self.floor.answer)
        self.port = await self.api.start(self.settings.api.host, self.settings.api.port)

    def _recorder_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None and not self.service.crashed.done():
            self.service.crashed.set_exception(task.exception() or RuntimeError("the recorder ended"))

    async def reload(self, settings: Settings) -> None:
        """Take a new file, with the published strategies over it, without dropping a call.

        Raises `ConfigError` and changes nothing when the file alone is wrong.
        """
        texts, filed = read_texts(settings), read_filed(settings)
        floor_of(settings, texts, filed.reglas, self.clock.now_ms())
        self.texts = texts
        await self.strategies.refile(filed)

    async def _take(self, settings: Settings, reglas: Mapping[str, Preset]) -> None:
        """The file with what was published over it."""
        self.texts = self.texts._replace(metas=settings.metas)
        self.settings = settings
        await self.service.reload(floor_of(settings, self.texts, reglas, self.clock.now_ms()), self.texts)

    async def stop(self) -> None:
        await self.api.stop()
        await self.strategies.stop()
        await self.floor.stop()
        await self.nodes.close()
        await self.service.stop()
        left = await self.recorder.stop()
        if left:
            log.error("%d records could not be written before the end: the journal has them", left)
        self.journal.close()
        await self.queue.close()
        await self.store.close()


def merged(base: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """`base` with `patch` laid over it, table by table."""
    out = dict(base)
    for key, value in patch.items():
        out[key] = merged(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else value
    return out
