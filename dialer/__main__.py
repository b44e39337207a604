"""``python -m dialer`` is the command ``cintillo``."""

import sys

from dialer.edge import fast

FAST = ("simulate", "trial")
"""Commands that run the compiled modules where `make fast` has made them."""


def main() -> None:
    """The console script. What is compiled is chosen before anything of it is imported."""
    if sys.argv[1:2] and sys.argv[1] in FAST and not fast.use() and fast.stale():
        print("cintillo: sources were edited after `make fast`; the plain code runs, more slowly", file=sys.stderr)
    from dialer.cli import main as cintillo

    cintillo()


if __name__ == "__main__":
    main()
