"""Which of a debtor's telephones to call next."""

from __future__ import annotations

from dialer.contact import Contact, Phone, Touch


def choose(contact: Contact, barred: tuple[str, ...], how: str) -> Phone | None:
    """The phone to try, or None when none may be called.

    `how`: ``rotate`` takes the one tried longest ago (never tried first), quality deciding ties; ``best`` takes the
    best quality, the one tried longest ago deciding ties. Then the lower id, so that the choice is the same each time.
    A rellamado goes to the telephone on which it was asked for, as long as that may be called.
    """
    usable = [phone for phone in contact.phones if phone.kind not in barred]
    if not usable:
        return None
    asked = [phone for phone in usable if contact.callback_ms and phone.phone_id == contact.asked_on]
    if asked:
        return asked[0]
    if len(usable) == 1:
        return usable[0]
    last = _last_tried(contact.history)
    if how == "best":
        return min(usable, key=lambda p: (-p.quality, last.get(p.phone_id, 0), p.phone_id))
    return min(usable, key=lambda p: (last.get(p.phone_id, 0), -p.quality, p.phone_id))


def _last_tried(history: tuple[Touch, ...]) -> dict[int, int]:
    last: dict[int, int] = {}
    for touch in history:
        if touch.channel == "call":
            last[touch.phone_id] = max(last.get(touch.phone_id, 0), touch.at_ms)
    return last
