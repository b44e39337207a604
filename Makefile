# The commands of the house. `make demo` needs nothing but Python >= 3.11 and PyPI.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

.PHONY: install demo lab fast fast-deps test test-deps lint bench docs lock clean

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Cintillo needs Python 3.11 or later with its venv module (on Debian: apt-get install python3 python3-venv); none was found on PATH."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

demo: install
	$(BIN)/cintillo demo

lab: install
	$(BIN)/cintillo lab

# `cintillo simulate` two to three times as fast: engine, pacing and pretend world compiled for the sources as they are.
# Once they are edited the plain code runs again, until the next `make fast`.
fast: fast-deps
	$(BIN)/python -m dialer.edge.fast_build

# A C compiler and the headers of the Python that runs us.
fast-deps: install
	@missing=""; command -v cc >/dev/null || missing="gcc libc6-dev"; \
	test -e "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" || missing="$$missing python3-dev"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	  else echo "make fast needs these Debian packages, and root to install them: $$missing"; exit 1; fi; \
	fi

# What the tests need beside Python: real servers, from Debian's own packages. A machine that has them is left alone.
TEST_PACKAGES := redis-server postgresql prometheus mmdebstrap espeak-ng sox
test-deps: fast-deps
	@missing=""; for p in $(TEST_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	  else echo "make test needs these Debian packages, and root to install them:$$missing"; exit 1; fi; \
	fi
	@$(BIN)/python -m dialer.edge.lab build

test: test-deps
	$(BIN)/python -m pytest -n 3 --dist loadfile

bench: test-deps
	$(BIN)/python -m tests.bench

# The machines' diagrams and the picture of the board, drawn by the product itself.
docs: install
	$(BIN)/python -m dialer.diagram > docs/maquinas.md
	$(BIN)/python -m dialer.cli.reglas > docs/reglas.md
	$(BIN)/cintillo demo --seconds 75 --seed 5 --json --picture docs/img/demo.svg

lint: install
	$(BIN)/ruff check .
	$(BIN)/mypy

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q pyproject.toml --extra dev -o requirements.lock

clean:
	rm -rf .venv .lab .fast build dist *.egg-info
