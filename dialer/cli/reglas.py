"""``python -m dialer.cli.reglas`` prints the page `docs/reglas.md`."""

from __future__ import annotations

from config.edge.files import load_reglas
from config.reglas_page import page

if __name__ == "__main__":
    print(page(load_reglas().values()), end="")
