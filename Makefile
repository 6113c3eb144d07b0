# `make run` and `make test` need Python 3.11, 3.12 or 3.13 and make, nothing else: the first
# call makes .venv and installs the tested versions (packaging/constraints.txt) into it, later
# calls do so again only when pyproject.toml or the constraints have changed.
#
#   make run        open CRMDesk; arguments for it by ARGS="--store my.crm"
#   make test       the test suite, headless; arguments for pytest by ARGS="-k cube"
#   make test-all   the same with the slow tests
#   make lint       format, style, types, layers, compiled forms, translations
#   make bench      the speed table;  make screenshots   the main screens as PNG
#   make forms      compile ui/*.ui into crmdesk/gui/forms
#   make messages   collect the messages into resources/i18n, compile the translations
#   make bundle     a folder that runs without Python, in dist/
#   make clean      remove what was built; .venv stays

PYTHON ?=
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
SETUP := pyproject.toml packaging/constraints.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--constraint packaging/constraints.txt
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto --dist loadfile

.DELETE_ON_ERROR:
.PHONY: run test test-all lint bench screenshots forms messages bundle clean

run: $(VENV)/.run
	@$(BIN)/python packaging/check_system.py --window
	@$(BIN)/crmdesk $(ARGS)

test: $(VENV)/.test
	$(PYTEST) -m "not slow" $(ARGS)

test-all: $(VENV)/.test
	$(PYTEST) $(ARGS)

lint: $(VENV)/.lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python packaging/build_forms.py --check
	$(BIN)/python packaging/build_messages.py --check

forms: $(VENV)/.run
	$(BIN)/python packaging/build_forms.py

messages: $(VENV)/.run
	$(BIN)/python packaging/build_messages.py

bench: $(VENV)/.test
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench $(ARGS)

screenshots: $(VENV)/.test
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.screenshots $(ARGS)

bundle: $(VENV)/.build
	$(BIN)/pyinstaller --noconfirm --distpath dist --workpath build/pyinstaller \
		packaging/crmdesk.spec

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find crmdesk tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +

# Built without isolation, so that the build backend is a tested version as well. Compiled at
# once, as pip does for what it copies: the first start takes half as long.
define install
@echo "Installing CRMDesk$(1) into $(VENV) (the first time it downloads some 250 MB)"
@$(BIN)/python packaging/check_system.py
@$(PIP) hatchling editables
@$(PIP) --no-build-isolation --editable '.$(1)'
@$(BIN)/python -m compileall -q crmdesk
@touch $@
endef

$(BIN)/python:
	@python=$$(sh packaging/find_python.sh $(PYTHON)) && "$$python" -m venv $(VENV)

$(VENV)/.run: $(SETUP) | $(BIN)/python
	$(call install)

$(VENV)/.test: $(SETUP) | $(BIN)/python
	$(call install,[test])
	@touch $(VENV)/.run

$(VENV)/.lint: $(SETUP) | $(VENV)/.test
	$(call install,[test$(comma)lint])

$(VENV)/.build: $(SETUP) | $(VENV)/.run
	$(call install,[build])

comma := ,
