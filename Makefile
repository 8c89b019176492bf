# Each target installs what it needs into .venv/ from requirements.lock, and downloads nothing twice.
# It also works with GNU Make 3.81, the one that comes with macOS.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
KILLS ?= 50
STORIES ?= 1000
# Tests wait for sockets and disks a third of their time, so half as many workers again as there are cores.
WORKERS ?= $(shell .venv/bin/python -c 'import os; print(max(1, os.cpu_count() * 3 // 2))' 2>/dev/null || echo auto)
CODE = $(wildcard bot adapters storage tests benchmarks deploy)

# uv takes a tenth of pip's time. If it fails, because only pip's settings name a mirror, pip is used.
PIP = .venv/bin/python -m pip --disable-pip-version-check install --quiet
install = .venv/bin/uv pip install --quiet --python .venv/bin/python $(1) || $(PIP) $(1)

.PHONY: help demo run test check bench growth kill adversary emulate samples words lock digests pictures drawings clean

help:
	@echo "make demo    the playground: Ahabot in your browser, no token needed"
	@echo "make run     the bot, with the settings in .env and the environment"
	@echo "make test    all tests               make check   lint, types, architecture"
	@echo "make bench   the benchmarks          make kill    kill the bot $(KILLS) times and check that nothing is lost"
	@echo "make adversary  a robot watches $(STORIES) teams and tries to guess who wrote their anonymous answers"
	@echo "make growth  a day in a new and in an old database: which commands get slower with more data"
	@echo "make emulate install from npm what tests use: another Slack server, and axe for accessibility"
	@echo "make samples download what Slack and Discord publish, for the tests that compare with it"
	@echo "make words   collect every sentence that people read into the catalogs of all languages"
	@echo "make lock    write requirements.lock make pictures  take the pictures in docs/ again"
	@echo "make drawings draw what Slack, Discord and the playground show of a week into build/drawn, for looking at"
	@echo "make digests update the digests of the base images from Docker Hub"
	@echo "make clean   remove what these made, but never a database"
	@echo "Pass more arguments in ARGS, like: make demo ARGS=--fresh"

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
	@.venv/bin/python -m tests.support.npm

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
	@.venv/bin/python -m deploy.drawn --docs

drawings: .venv/dev
	@.venv/bin/python -m deploy.drawn $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis build dist tests/fakes/slack_emulator/node_modules tests/support/axe/node_modules
	find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

# The environment is made in steps, each with a file that marks it as done, so that no step downloads anything twice.
# It is made again if the folder was moved or its Python is gone.
ifneq ($(shell .venv/bin/python -c '' 2>/dev/null && cat .venv/made 2>/dev/null),$(CURDIR))
.PHONY: .venv/made
endif

.venv/made:
	@"$(PYTHON)" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Ahabot needs Python 3.11 or newer, with venv (Debian: apt install python3-venv; macOS: brew install python)." >&2; \
		echo "If yours has another name: make PYTHON=that-name" >&2; exit 1; }
	@echo "Making .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear .venv
	@echo "$(CURDIR)" > $@

.venv/uv: requirements.lock .venv/made
	@sed '/^#: run/,$$d' requirements.lock > $@.lock
	@$(PIP) --require-hashes -r $@.lock
	@touch $@

.venv/run: .venv/uv
	@echo "Installing Ahabot's libraries"
	@sed '/^#: dev/,$$d' requirements.lock > $@.lock
	@$(call install,--require-hashes -r $@.lock)
	@touch $@

.venv/ahabot: pyproject.toml .venv/run
	@$(call install,--no-index --no-deps --no-build-isolation --editable .)
	@touch $@

.venv/dev: .venv/ahabot
	@echo "Installing the tools for its tests"
	@$(call install,--require-hashes -r requirements.lock)
	@touch $@
