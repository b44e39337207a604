"""One call for each free agent: nobody who answers finds nobody, save when an agent leaves meanwhile."""

from __future__ import annotations

from dialer.pacing.strategy import Counting, one_each
from dialer.pacing.view import View


class Progressive(Counting):
    """One to one."""

    def calls_to_place(self, view: View, now_ms: int) -> int:
        return self.ask(view, one_each(view), "free_agents")
