"""`python -m tests.bench`: see `tests.bench._runner`, which a benchmark's own process must be able to import."""

from tests.bench._runner import main

if __name__ == "__main__":
    main()
