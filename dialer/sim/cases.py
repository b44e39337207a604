"""Cases made up as they are needed, so that a simulated day never runs out of debtors for want of data.

They are like the sample cartera's: the same amounts, ages, kinds of telephones and regimes, nobody called before. Their
place in the queue is that of `dialer.carteras.order` under the strategy's own keys. All rules look at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from heapq import heappush

from config.settings import Strategy
from dialer.carteras.order import Inputs, score
from dialer.contact import Contact, Phone
from dialer.sim.people import Dice
from dialer.sim.shift import MemoryQueue

MODELS = 1_024
"""So many different debtors are made up for a cartera; the others are like one of them."""
REGIMES = ("consumidor", "consumidor", "consumidor", "mype", "mype", "mype", "mype", "mype", "empresa", "empresa")
PHONES = (Phone(1, "movil"), Phone(2, "fijo"), Phone(3, "movil"))


class InventedQueue(MemoryQueue):
    """A queue that makes up another `batch` of cases of a cartera whenever nobody is left in it to be called now."""

    def __init__(self, strategies: Mapping[str, Strategy], zone: str, batch: int, dice: Dice) -> None:
        super().__init__(())
        self._batch = batch
        self._dice = dice
        self._models = {
            name: [_model(name, one, zone, dice) for _ in range(MODELS)] for name, one in strategies.items()
        }
        self.invented = 0

    def _of_pool(self, cartera: str, count: int) -> list[Contact]:
        taken = super()._of_pool(cartera, count)
        while len(taken) < count:
            self._invent(cartera)
            taken += super()._of_pool(cartera, count - len(taken))
        return taken

    def _invent(self, cartera: str) -> None:
        models, ready, dice = self._models[cartera], self._ready[cartera], self._dice
        for _ in range(self._batch):
            like = models[int(dice.random() * MODELS)]
            self.invented += 1
            number = self.invented
            self.cases[number] = Contact(
                number, number, cartera, like.phones, zone=like.zone, regime=like.regime, score=like.score
            )
            heappush(ready, (-like.score, number))


def _model(cartera: str, strategy: Strategy, zone: str, dice: Dice) -> Contact:
    phones = tuple(phone for phone, share in zip(PHONES, (1.0, 0.6, 0.25), strict=True) if dice.random() < share)
    regime = REGIMES[int(dice.random() * len(REGIMES))]
    return Contact(0, 0, cartera, phones, zone=zone, regime=regime, score=score(strategy.order, _owes(strategy, dice)))


def _owes(strategy: Strategy, dice: Dice) -> Inputs:
    documents = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)[int(dice.random() * 10)]
    saldo = sum(round(20_000 * 10 ** (dice.random() * 2.6)) for _ in range(documents))
    overdue = max(int(dice.random() * 421) - 20 for _ in range(documents))
    return Inputs(
        saldo=Decimal(saldo),
        days_overdue=overdue,
        days_assigned=int(dice.random() * 90),
        tramos=strategy.informe.tramos,
        phone_quality=50,
    )
