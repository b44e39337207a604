"""How a call ended, as one verdict: from Q.850's cause, Asterisk's DIALSTATUS and how far the call came.

The table `CAUSES` is what a business person may read; `TRAITS` says what each verdict means for the record, the retry
and whose fault it was. Causes: ITU-T Q.850 table 1, as Asterisk reports them in `Hangup`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """The closed list of ends."""

    CONNECTED = "connected"  # a person talked with an agent
    ABANDONED = "abandoned"  # a person answered and met no agent
    HUNG_UP = "hung_up"  # they hung up at once, before an agent was due
    MACHINE = "machine"  # voicemail or another machine, by the detector
    NO_ANSWER = "no_answer"  # it rang, or the handset was off
    BUSY = "busy"
    REJECTED = "rejected"  # the person pressed the red button
    UNALLOCATED = "unallocated"  # the number does not exist
    CONGESTION = "congestion"  # the network or the trunk was full
    NETWORK = "network"  # the network failed
    CANCELLED = "cancelled"  # we hung up before anybody answered
    FAILED = "failed"  # our own side could not place it
    LOST = "lost"  # Asterisk has no trace of it


class Fault(StrEnum):
    NOBODY = "nobody"
    FAR_END = "far_end"
    NETWORK = "network"
    OURS = "ours"


class Trait(NamedTuple):
    """`valid`: reached ringing or better, so it counts for the recorrido. `keeps_phone`: it may be tried again."""

    fault: Fault
    valid: bool
    keeps_phone: bool = True


TRAITS: dict[Verdict, Trait] = {
    Verdict.CONNECTED: Trait(Fault.NOBODY, True),
    Verdict.ABANDONED: Trait(Fault.OURS, True),
    Verdict.HUNG_UP: Trait(Fault.FAR_END, True),
    Verdict.MACHINE: Trait(Fault.FAR_END, True),
    Verdict.NO_ANSWER: Trait(Fault.FAR_END, True),
    Verdict.BUSY: Trait(Fault.FAR_END, True),
    Verdict.REJECTED: Trait(Fault.FAR_END, True),
    Verdict.UNALLOCATED: Trait(Fault.FAR_END, False, keeps_phone=False),
    Verdict.CONGESTION: Trait(Fault.NETWORK, False),
    Verdict.NETWORK: Trait(Fault.NETWORK, False),
    Verdict.CANCELLED: Trait(Fault.OURS, False),
    Verdict.FAILED: Trait(Fault.OURS, False),
    Verdict.LOST: Trait(Fault.OURS, False),
}

BY_A_PERSON = frozenset({Verdict.CONNECTED, Verdict.ABANDONED, Verdict.HUNG_UP})
"""Somebody answered, as far as anybody knows: the week's contact may be used."""

PROMPT_MS = 2_000
"""So soon after the answer nobody has been kept waiting: 16 CFR 310.4(b)(1)(iv) counts a call as abandoned that has no
agent two seconds after the person's greeting; Ofcom's statement of 2008 one that the *caller* ends."""

CAUSES: dict[int, Verdict] = {
    1: Verdict.UNALLOCATED,  # unallocated number
    2: Verdict.NETWORK,  # no route to transit network
    3: Verdict.NETWORK,  # no route to destination
    17: Verdict.BUSY,  # user busy
    18: Verdict.NO_ANSWER,  # no user responding
    19: Verdict.NO_ANSWER,  # no answer from user
    20: Verdict.NO_ANSWER,  # subscriber absent: handset off or out of coverage
    21: Verdict.REJECTED,  # call rejected
    22: Verdict.UNALLOCATED,  # number changed
    27: Verdict.NETWORK,  # destination out of order
    28: Verdict.UNALLOCATED,  # invalid number format
    29: Verdict.NETWORK,  # facility rejected
    34: Verdict.CONGESTION,  # no circuit available
    38: Verdict.NETWORK,  # network out of order
    41: Verdict.NETWORK,  # temporary failure
    42: Verdict.CONGESTION,  # switching equipment congestion
    44: Verdict.CONGESTION,  # requested channel not available
    47: Verdict.CONGESTION,  # resource unavailable
    58: Verdict.NETWORK,  # bearer capability not available
    88: Verdict.NETWORK,  # incompatible destination
    102: Verdict.NETWORK,  # recovery on timer expiry
    111: Verdict.NETWORK,  # protocol error
}

DIAL_STATUSES: dict[str, Verdict] = {
    "BUSY": Verdict.BUSY,
    "NOANSWER": Verdict.NO_ANSWER,
    "CONGESTION": Verdict.CONGESTION,
    "CHANUNAVAIL": Verdict.NETWORK,
}


OVERDIALED = "OVERDIALED"
"""The dial status of a call that we gave up while it rang, because too many were on their way."""


def verdict(
    *,
    cause: int,
    dial_status: str,
    rang: bool,
    picked_up: bool,
    machine: bool,
    connected: bool,
    we_hung_up: bool,
    hung_up: bool = False,
) -> Verdict:
    """The one verdict of a call that Asterisk says is over.

    A call that was picked up and is not known to be a machine was answered by a person: in doubt the contact counts.
    `hung_up`: they ended it themselves while the detector listened, before the moment (`PROMPT_MS`) from which a call
    without an agent is an abandoned one. A cause that says nothing (0, 16, 31, 127) leaves the word to
    DIALSTATUS, then to whether it rang.
    """
    if connected:
        return Verdict.CONNECTED
    if picked_up:
        return Verdict.MACHINE if machine else Verdict.HUNG_UP if hung_up else Verdict.ABANDONED
    if we_hung_up:
        return Verdict.NO_ANSWER if rang and dial_status == "NOANSWER" else Verdict.CANCELLED
    found = CAUSES.get(cause) or DIAL_STATUSES.get(dial_status)
    if found is not None:
        return found
    if rang:
        return Verdict.NO_ANSWER
    return Verdict.FAILED if cause == 0 else Verdict.NETWORK
