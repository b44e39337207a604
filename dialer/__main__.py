"""``python -m dialer`` is the command ``cintillo``."""

from dialer.cli import main

main()
