"""The page's types are the ones that the server speaks."""

from __future__ import annotations

from agents.protocol_ts import typescript
from tests.floors import ROOT

FILE = ROOT / "agents" / "console" / "src" / "core" / "protocol.ts"


def test_the_pages_protocol_is_what_the_servers_messages_make() -> None:
    """After a change of the messages: `python -m agents.protocol_ts > agents/console/src/core/protocol.ts`."""
    assert FILE.read_text("utf-8") == typescript()
