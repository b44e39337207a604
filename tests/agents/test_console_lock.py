"""The page's lock file works on every machine and with every registry."""

from __future__ import annotations

import json

from tests.floors import ROOT

LOCK = ROOT / "agents" / "console" / "package-lock.json"


def test_the_lock_names_no_host() -> None:
    """Who installs says where from: agents/console/.npmrc keeps npm from writing it down."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_the_lock_holds_the_binaries_of_every_platform() -> None:
    """npm leaves out what its registry lacked when the lock was made, and `npm ci` then refuses the whole lock."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    wanted = {name for package in packages.values() for name in package.get("optionalDependencies", {})}
    assert sorted(name for name in wanted if f"node_modules/{name}" not in packages) == []
