"""Strategies as a jefe publishes them: kept as versions, laid over the file, and taken by every node within a second.

It fulfils `agents.estrategias.Estrategias` for the door. What is in force is always the file with the newest versions
that fit it; one that does not fit is left out, and that is said in the log and on the board.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from agents.desk import DeskError
from agents.estrategias import StrategyRefused
from agents.supervision import Act, among
from agents.usuario import Usuario
from config import versions as v
from config.preset import Preset
from config.settings import Settings
from config.versions import InForce, Version
from dialer import ports
from dialer.edge.ending import ended
from dialer.records import BooksError, TrialRunning, VersionTaken
from dialer.rules import local_day

log = logging.getLogger(__name__)

FOLLOW_S = 1.0
GONE = "desconectado"
DOWN = "La base de datos no responde: no se publicó nada. Intente de nuevo."
DAYS_MOST, WITHIN_S = 10, 45.0
"""Days simulated of each strategy, fewer where they take longer than this."""
MANY_AGENTS, HOURS, HOURS_OF_MANY = 30, 1.5, 1.0

Apply = Callable[[Settings, Mapping[str, Preset]], Awaitable[None]]


class Filed(NamedTuple):
    """What ops wrote: the file and the presets that it may name."""

    settings: Settings
    reglas: Mapping[str, Preset]

    def under(self, versions: Sequence[Version], now_ms: int) -> InForce:
        day = local_day(now_ms, self.settings.zone).isoformat()
        return v.in_force(self.settings, versions, self.reglas, day)


class StrategyDesk:
    """One node's. `now`: what it began with; `apply` brings new settings into force; `board` is the whole floor's."""

    def __init__(
        self, books: ports.Strategies, trials: ports.Trials, witness: ports.Witness, filed: Filed, now: InForce
    ) -> None:
        self._books, self._trials, self._witness = books, trials, witness
        self._filed, self._now = filed, now
        self._versions: Sequence[Version] = tuple(now.taken.values())
        self._mark: tuple[int, int] | None = None
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._complained: dict[str, str] = {}

    # ── life ────────────────────────────────────────────────────────────────────────────────────────

    def open(self, apply: Apply, board: Callable[[], dict[str, Any]], now_ms: Callable[[], int]) -> None:
        """What it needs of the node around it, which is made after it."""
        self._apply, self._board, self._now_ms = apply, board, now_ms

    def start(self) -> None:
        self._tell()
        self._task = asyncio.create_task(self._follow())
        self._task.add_done_callback(_failed)

    async def stop(self) -> None:
        if self._task is not None:
            await ended(self._task)
        await self._trials.cancel()

    async def refile(self, filed: Filed) -> None:
        """Ops changed the file: it is in force with the newest versions over it. Its settings must be in order."""
        async with self._turn:
            try:
                self._versions = await self._books.newest_versions()
            except BooksError as bad:
                log.warning("the versions that were known are laid over the new file: %s", bad)
            await self._take(filed, anew=True)

    async def _follow(self) -> None:
        while True:
            await self._try_to_take()
            await asyncio.sleep(FOLLOW_S)

    async def _try_to_take(self) -> None:
        try:
            await self.take_versions()
        except BooksError as bad:
            log.warning("whether a strategy was published is not known: %s", bad)

    async def take_versions(self) -> None:
        """Bring the node in line with the database, whichever node published."""
        async with self._turn:
            mark = await self._books.versions_mark()
            if mark != self._mark:
                self._versions = await self._books.newest_versions()
                await self._take(self._filed)
                self._mark = mark

    async def _take(self, filed: Filed, *, anew: bool = False) -> None:
        told = filed.under(self._versions, self._now_ms())
        if anew or told.settings != self._now.settings:
            await self._apply(told.settings, filed.reglas)
        self._filed, self._now = filed, told
        self._tell()

    def _tell(self) -> None:
        """The board, and the log of what does not fit."""
        for cartera in self._filed.settings.carteras:
            taken, why = self._now.taken.get(cartera), self._now.unfit.get(cartera, "")
            self._witness.set_version(cartera, {"number": taken.number if taken else 0, "unfit": why})
        for cartera, why in self._now.unfit.items():
            if self._complained.get(cartera) != why:
                log.critical("the published strategy of %s does not fit the file and is not in force: %s", cartera, why)
        self._complained = dict(self._now.unfit)

    # ── what is seen ────────────────────────────────────────────────────────────────────────────────

    async def table(self, usuario: Usuario) -> dict[str, Any]:
        history = await self._asked(self._books.versions())
        names = await self._names()
        own = [one for one in self._filed.settings.carteras if not usuario.carteras or one in usuario.carteras]
        at_work = self._at_work()
        return {
            "keys": [key._asdict() for key in v.KEYS],
            "goals": [key._asdict() for key in v.METAS],
            "carteras": {one: {**self._row(one, history, names), "agents": at_work(one)} for one in own},
            "floor": self._row(v.FLOOR, history, names),
        }

    def _row(self, cartera: str, history: Sequence[Version], names: Mapping[str, str]) -> dict[str, Any]:
        own = [one for one in history if one.cartera == cartera]
        newest = own[-1] if own else None
        marks = {key: _signed(one, names) for key, one in v.marks(own).items()}
        return {
            "number": newest.number if newest else 0,
            **(_signed(newest, names) if newest else {}),
            "file": v.values(self._filed.settings, cartera),
            "now": v.values(self._now.settings, cartera),
            "marks": marks,
            "law": self._law(cartera),
            "unfit": self._now.unfit.get(cartera, ""),
        }

    def _law(self, cartera: str) -> list[dict[str, Any]]:
        strategy = self._filed.settings.carteras.get(cartera)
        if strategy is None:
            return []
        return [bound._asdict() for bound in v.law(strategy, self._filed.reglas, self._day())]

    def _at_work(self) -> Callable[[str], int]:
        agents = [one for one in self._board()["agents"] if one["state"] != GONE]
        return lambda cartera: sum(cartera in one["carteras"] for one in agents)

    async def history(self, usuario: Usuario, cartera: str) -> list[dict[str, Any]]:
        self._known(usuario, cartera)
        found = await self._asked(self._books.versions(cartera))
        names = await self._names()
        told: list[dict[str, Any]] = []
        before: v.Patch = {}
        for one in found:
            told.append({**_signed(one, names), "changes": [c._asdict() for c in v.differences(before, one.patch)]})
            before = one.patch
        return told[::-1]

    async def _names(self) -> dict[str, str]:
        return {one.code: one.name for one in await self._asked(self._books.usuarios())}

    # ── what is published ───────────────────────────────────────────────────────────────────────────

    async def publish(
        self, usuario: Usuario, cartera: str, base: int, changes: Mapping[str, Any], note: str
    ) -> dict[str, Any]:
        newest = await self._newest(usuario, cartera, base)
        return await self._put(usuario, newest, v.patched(newest.patch, changes), note)

    async def go_back(self, usuario: Usuario, cartera: str, base: int, number: int, note: str) -> dict[str, Any]:
        newest = await self._newest(usuario, cartera, base)
        versions = await self._asked(self._books.versions(cartera))
        old: dict[str, Any] | None = next((one.patch for one in versions if one.number == number), None)
        old = {} if number == 0 else old
        if old is None:
            raise DeskError("no_such_version", f"No hay una versión {number}: hay hasta la {newest.number}.")
        return await self._put(usuario, newest, old, note)

    async def _newest(self, usuario: Usuario, cartera: str, base: int) -> Version:
        """The cartera's newest version, which must be `base`."""
        self._known(usuario, cartera)
        versions = await self._asked(self._books.versions(cartera))
        newest = versions[-1] if versions else Version(cartera, 0, "", 0, "", {})
        if newest.number != base:
            raise _taken(newest)
        return newest

    async def _put(self, usuario: Usuario, before: Version, patch: dict[str, Any], note: str) -> dict[str, Any]:
        version = Version(before.cartera, before.number + 1, usuario.code, self._now_ms(), note, patch)
        self._judge(version)
        version = msgspec.structs.replace(version, patch=v.canonical(self._filed.settings, version))
        changes = v.differences(before.patch, version.patch)
        if not changes:
            raise DeskError("nothing", "Así ya está: no hay nada que publicar.")
        said = [f"{one.key}: {_word(one.before)} → {_word(one.after)}" for one in changes]
        detail = {"version": version.number, "cambios": said, "nota": note}
        act = Act(version.at_ms, usuario.code, "publish_strategy", version.cartera, detail)
        try:
            await self._books.publish_version(version, act)
        except VersionTaken:
            raise _taken(version) from None
        except BooksError as bad:
            log.error("a strategy of %s was not published: %s", usuario.code, bad)
            raise DeskError("books_down", DOWN) from None
        await self._try_to_take()
        log.info("version %d of %s, by %s, is published", version.number, version.cartera or "the goals", usuario.code)
        return {"number": version.number, "at_ms": version.at_ms}

    def _judge(self, version: Version) -> None:
        wrong = v.faults(self._filed.settings, version, self._filed.reglas, self._day())
        if wrong:
            raise StrategyRefused(wrong)

    def _known(self, usuario: Usuario, cartera: str) -> None:
        if cartera and cartera not in self._filed.settings.carteras:
            known = ", ".join(sorted(self._filed.settings.carteras))
            raise DeskError("no_such_cartera", f"No hay una cartera {cartera}; hay: {known}.")
        among(usuario, (cartera,) if cartera else tuple(self._filed.settings.carteras), every=True)

    def _day(self) -> str:
        return local_day(self._now_ms(), self._filed.settings.zone).isoformat()

    async def _asked(self, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except BooksError as bad:
            log.error("the strategies cannot be read: %s", bad)
            raise DeskError("books_down", "La base de datos no responde: espere un momento.") from None

    # ── what is tried ───────────────────────────────────────────────────────────────────────────────

    async def try_out(
        self, usuario: Usuario, cartera: str, changes: Mapping[str, Any], agents: int, hours: float
    ) -> dict[str, Any]:
        self._known(usuario, cartera)
        taken = self._now.taken.get(cartera)
        patch = v.patched(taken.patch if taken else {}, changes)
        version = Version(cartera, 0, usuario.code, 0, "", patch)
        self._judge(version)
        changed = Settings.model_validate(v.laid(self._filed.settings, [version]))
        about = _plan(cartera, agents or self._at_work()(cartera), hours)
        for name, one in (("de hoy", self._now.settings), ("con el cambio", changed)):
            strategy = one.carteras[cartera]
            if not strategy.enabled or strategy.mode == "manual":
                raise DeskError("nothing_dialled", f"Con la estrategia {name} no se marca: no hay qué simular.")
        settings = [one.model_dump(mode="json") for one in (changed, self._now.settings)]
        try:
            request = {**about, "settings": settings, "now_ms": self._now_ms(), "within_s": WITHIN_S}
            trial = await self._trials.begin(usuario.code, about, request)
        except TrialRunning:
            who = (await self._names()).get(self._trials.last.by, self._trials.last.by)
            raise DeskError("trial_running", f"{who} está probando un cambio: espere a que termine.") from None
        return self.trial(usuario, trial.number)

    def trial(self, usuario: Usuario, number: int) -> dict[str, Any]:
        it = self._trials.last
        if not number or it.number != number:
            raise DeskError("no_such_trial", "Esa prueba ya no está: pruebe de nuevo.")
        told = {"number": it.number, "by": it.by, "state": it.state, "days": it.days, "of": it.of, "detail": it.detail}
        return {**told, "about": it.about, "report": it.report}

    async def cancel_trial(self, usuario: Usuario, number: int) -> None:
        self.trial(usuario, number)
        await self._trials.cancel()


def _plan(cartera: str, agents: int, hours: float) -> dict[str, Any]:
    """What is simulated: fewer hours where there are more ejecutivos, and as many days as there is time for."""
    if not agents:
        raise DeskError("no_agents", f"Nadie está en {cartera}: diga con cuántos ejecutivos probar.")
    hours = hours or (HOURS_OF_MANY if agents > MANY_AGENTS else HOURS)
    return {"cartera": cartera, "agents": agents, "hours": hours, "days": DAYS_MOST}


def _signed(version: Version, names: Mapping[str, str]) -> dict[str, Any]:
    who = names.get(version.by, version.by)
    return {"number": version.number, "by": who, "at_ms": version.at_ms, "note": version.note}


def _taken(newest: Version) -> DeskError:
    sentence = f"Mientras tanto se publicó la versión {newest.number}: revise lo que cambió y publique de nuevo."
    return DeskError("version_taken", sentence)


def _word(value: Any) -> str:
    """For the audit's line."""
    return "archivo" if value is None else " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("published strategies are not followed any more", exc_info=task.exception())
