# Each target makes what it needs in .venv/ from requirements.lock, and asks the network for nothing it has.
# Written for GNU Make 3.81 too, which is what macOS brings.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
KILLS ?= 50
STORIES ?= 1000
# Tests wait for sockets and disks a third of their time, so half as many workers again as there are cores.
WORKERS ?= $(shell .venv/bin/python -c 'import os; print(max(1, os.cpu_count() * 3 // 2))' 2>/dev/null || echo auto)
CODE = $(wildcard bot adapters storage tests benchmarks deploy)

# uv takes a tenth of pip's time; where only pip knows the way (a mirror in its settings), pip goes it.
PIP = .venv/bin/python -m pip --disable-pip-version-check install --quiet
install = .venv/bin/uv pip install --quiet --python .venv/bin/python $(1) || $(PIP) $(1)

.PHONY: help demo run test check bench growth kill adversary emulate samples words lock digests pictures clean

help:
	@echo "make demo    the playground: Ahabot in your browser, on SQLite, without a token"
	@echo "make run     the bot, as .env and the environment say"
	@echo "make test    all tests               make check   lint, types, architecture"
	@echo "make bench   the benchmarks          make kill    end the bot by force, $(KILLS) times, and look for losses"
	@echo "make adversary  a robot that watches $(STORIES) teams, and tries to name who gave an answer without a name"
	@echo "make growth  a day in a young and in an old database: which command costs more where more was kept"
	@echo "make emulate a Slack that nobody here wrote, for the tests on it (from npm)"
	@echo "make samples what Slack and Discord publish, for the tests that compare with it"
	@echo "make words   the catalogs of all languages anew: every sentence that people read"
	@echo "make lock    requirements.lock anew  make pictures  those of docs/pictures anew"
	@echo "make digests the digests of the base images anew, from Docker Hub"
	@echo "make clean   remove what these made, never a database"
	@echo "More arguments go in ARGS, as in: make demo ARGS=--fresh"

demo: .venv/ahabot
	@.venv/bin/ahabot demo $(ARGS)

run: .venv/ahabot
	@.venv/bin/ahabot run $(ARGS)

test: .venv/dev
	@.venv/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/dev
	.venv/bin/python -m ruff check $(CODE)
	.venv/bin/python -m ruff format --check $(CODE)
	.venv/bin/python -m mypy $(CODE)
	.venv/bin/hadolint deploy/Dockerfile
	.venv/bin/python -m pytest --quiet tests/test_architecture.py

bench: .venv/dev
	@.venv/bin/python -m pytest --quiet -m bench tests/product/test_benchmarks.py
	@.venv/bin/python -m benchmarks $(ARGS)

growth: .venv/dev
	@.venv/bin/python -m pytest tests/product/test_growth.py $(ARGS)

kill: .venv/dev
	@AHABOT_KILLS=$(KILLS) .venv/bin/python -m pytest -m kill tests/product/kill/test_kill.py $(ARGS)

adversary: .venv/dev
	@AHABOT_STORIES=$(STORIES) .venv/bin/python -m pytest tests/bot/prompts/test_adversary.py $(ARGS)

emulate: .venv/dev
	@.venv/bin/python -m tests.fakes.slack_emulator.emulator

samples: .venv/dev
	@.venv/bin/python -m tests.support.samples

words: .venv/dev
	@.venv/bin/python -m deploy.words --all $(ARGS)

lock: .venv/uv
	@PATH=".venv/bin:$$PATH" .venv/bin/python deploy/lock.py $(ARGS)

digests: .venv/made
	@.venv/bin/python deploy/digests.py $(ARGS)

pictures: .venv/dev
	@.venv/bin/python -m deploy.pictures

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis build dist tests/fakes/slack_emulator/node_modules
	find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

# The environment in steps, each with a file that says it is done, so that a step done asks nothing of the network.
# Moved to another folder, or its Python gone: it is made again.
ifneq ($(shell .venv/bin/python -c '' 2>/dev/null && cat .venv/made 2>/dev/null),$(CURDIR))
.PHONY: .venv/made
endif

.venv/made:
	@"$(PYTHON)" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Ahabot needs Python 3.11 or newer, with venv (Debian: apt install python3-venv; macOS: brew install python)." >&2; \
		echo "If it is there under another name: make PYTHON=that-name" >&2; exit 1; }
	@echo "Making .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear .venv
	@echo "$(CURDIR)" > $@

.venv/uv: requirements.lock .venv/made
	@sed '/^#: run/,$$d' requirements.lock > $@.lock
	@$(PIP) --require-hashes -r $@.lock
	@touch $@

.venv/run: .venv/uv
	@echo "Installing what Ahabot runs with"
	@sed '/^#: dev/,$$d' requirements.lock > $@.lock
	@$(call install,--require-hashes -r $@.lock)
	@touch $@

.venv/ahabot: pyproject.toml .venv/run
	@$(call install,--no-index --no-deps --no-build-isolation --editable .)
	@touch $@

.venv/dev: .venv/ahabot
	@echo "Installing what tests it"
	@$(call install,--require-hashes -r requirements.lock)
	@touch $@
