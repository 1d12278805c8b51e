# make run      serve the app on http://localhost:8501
# make test     check everything: format, lint, types, tests, browser tests
# make thorough what make test leaves out: the same again at more places, and what has to wait; some minutes
# make kernels  run the tests that train as other processors would round
# make mutants  try a list of faults, and name those that no test sees
# make bench    measure, print, and write bench/RESULTS.md; a good half hour
# make fuzz     try a hundred times as many hostile links, files, messages and moves as the tests do
# make replicas  let browsers live through replicas that hang, die and come back, behind nginx
# make soak     half an hour of random use by 50 sessions; memory must stay flat
# make audit    ask for known weaknesses of what is installed
# make lock     pin all that the image installs, with checksums, in deploy/requirements.lock
# make picture  take the README's picture anew, from the running app

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check thorough kernels mutants bench fuzz replicas soak audit lock picture clean

# The app raises its limit of open files when its first page opens; where 300 come at once to a server that is cold, that
# is too late.
run: $(VENV)/run-time
	ulimit -Sn "$$(ulimit -Hn)" || true; exec $(BIN)/streamlit run app.py

test: check
	tools/need-chromium
	$(BIN)/pytest -m "not thorough"
	$(BIN)/python -m tools.kernels --quick Nehalem

check: $(VENV)/development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	tools/check-javascript

thorough: $(VENV)/development
	tools/need-chromium
	$(BIN)/pytest -m thorough

kernels: $(VENV)/development
	$(BIN)/python -m tools.kernels

mutants: $(VENV)/development
	tools/need-chromium
	$(BIN)/python -m tools.mutants

bench: $(VENV)/development
	tools/need-chromium
	$(BIN)/python -m bench

fuzz: $(VENV)/development
	FUZZ=100 $(BIN)/pytest tests/fuzz tests/pages/test_every_page.py::test_a_reader_who_moves_things_at_random_breaks_nothing

replicas: $(VENV)/development
	tools/need-chromium
	REPLICAS=1 $(BIN)/pytest --numprocesses=0 tests/browser/test_replicas.py

soak: $(VENV)/development
	$(BIN)/python -m bench.soak

audit: $(VENV)/development
	$(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check pip-audit==2.10.1
	$(BIN)/pip-audit -r requirements.txt

lock: $(VENV)/development
	$(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check uv==0.13.8
	$(BIN)/uv pip compile --quiet --python-version 3.13 --python-platform linux --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --output-file deploy/requirements.lock requirements.txt

picture: $(VENV)/development
	tools/need-chromium
	$(BIN)/python -m tools.picture

clean:
	rm -rf $(VENV)

# These two files say that what they are named after is installed; a newer requirements file installs again.
$(VENV)/run-time: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/development: requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/run-time

$(BIN)/python:
	tools/make-venv $(PYTHON) $(VENV)
