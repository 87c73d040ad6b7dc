# Everything sets itself up: a virtual environment, the locked packages and, on Debian, the system libraries Qt needs.
PYTHON ?= python3
RUN := .venv/bin/python
# Tests wait a good part of their time: two processes more than there are cores, and at most four.
PROCESSES = $(shell $(PYTHON) -c "import os; print(min(4, (os.cpu_count() or 1) + 2))")

# Or every service that a test starts compiles all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check audit bench kills protocol late faults logins deadlock elections test-mongod bare screens contradictions storm mail fuzz translations lock clean

help:
	@echo "make demo   see it work, with demo data"
	@echo "make test   run every check and every test"
	@echo "make check  format, lint, types and import directions only"
	@echo "make bench  measure"
	@echo "make kills  kill the service 200 times, at every step it takes, and count what is lost (half an hour)"
	@echo "make protocol  explore all that can become of an email, with two or three things that go wrong (half an hour)"
	@echo "make late   run the desktop's tests with everything that comes by itself a third of a second late"
	@echo "make faults  let the database fail at every step of the service; restart it and its proxies 20 times (hours)"
	@echo "make logins  let three admins log in 150 times, six at once, beside desktops that come and go (some minutes)"
	@echo "make deadlock  log in, connect, sweep, claim and activate at once for ten minutes on the embedded database"
	@echo "make elections  let a replica set elect another primary 50 times under a service at work (some minutes)"
	@echo "make test-mongod  run the tests of the service against the replica set at MONGODB_URI, which should hold nothing else"
	@echo "make bare   run the tests ten times in a row on a Debian 12 on which nothing is installed (as root, hours)"
	@echo "make screens  look for what is cut, or off a small screen, on every page and dialog in both languages"
	@echo "make contradictions  look at the desktop at work 1,000 times: does all that it shows agree?"
	@echo "make storm  let 1,000 clients keep a service busy while an owner logs in and emails leave"
	@echo "make mail   send 300 emails by a real Postfix, Exim and OpenSMTPD, with a filter that takes 70 s (as root, minutes)"
	@echo "make fuzz   try a hundred thousand inputs with every fuzzer (hours; FUZZ_INPUTS=… for fewer)"
	@echo "make translations  bring new strings of the desktop into resources/translations"
	@echo "make lock   renew requirements.lock from pyproject.toml"
	@echo "make audit  look for known vulnerabilities in the locked packages"
	@echo "make clean  remove what was built"

demo:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) -m desktop.demo

# A process that died has failed, and xdist may wait for ever for the one it starts instead.
test:
	@$(PYTHON) .ci/bootstrap.py --tests
	@$(MAKE) --no-print-directory check
	@$(RUN) -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder --max-worker-restart 0

check:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(RUN) .ci/audit.py --only-say

audit:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) .ci/audit.py

bench:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) -m tests.benchmarks

kills:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) -m tests.system.kill_run --kills 200

# No limit of time but those of the tests themselves.
protocol:
	@$(PYTHON) .ci/bootstrap.py --tests
	@PROTOCOL=whole $(RUN) -m pytest tests/protocol -v -s -o faulthandler_timeout=0

late:
	@$(PYTHON) .ci/bootstrap.py --tests
	@LATE=300 $(RUN) -m pytest tests/desktop -n $(PROCESSES) --dist loadfile --max-worker-restart 0

# Each trouble of a database at each step (FAULT_PART=2/4: the second of four parts of them); then how often each thing is
# restarted. No limit of time but those of the tests themselves.
FAULTS ?= 20
faults:
	@$(PYTHON) .ci/bootstrap.py
	@FAULT_PAIRS=all $(RUN) -m pytest tests/system/test_database_faults.py -v -s -o faulthandler_timeout=0
	@WINDOW=30 $(RUN) -m pytest tests/system/test_many_services.py -v -s -o faulthandler_timeout=0
	@FINAL_DOT=70 $(RUN) -m pytest tests/integration/mail/test_throttling_and_waits.py -k final_dot -v -s
	@FAULTS=$(FAULTS) $(RUN) -m pytest tests/desktop/test_proxies.py tests/integration/test_engine_watch.py -v -s -o faulthandler_timeout=0

# How many rounds of logins at once.
LOGINS ?= 25
logins:
	@$(PYTHON) .ci/bootstrap.py --tests
	@LOGINS=$(LOGINS) $(RUN) -m pytest tests/system/test_logins_at_once.py -v -s -o faulthandler_timeout=0

# For how many seconds.
DEADLOCK ?= 600
deadlock:
	@$(PYTHON) .ci/bootstrap.py --tests
	@DEADLOCK=$(DEADLOCK) $(RUN) -m pytest tests/system/test_logins_at_once.py -v -s -o faulthandler_timeout=0

# How many elections.
ELECTIONS ?= 50
elections:
	@$(PYTHON) .ci/bootstrap.py --tests
	@ELECTIONS=$(ELECTIONS) $(RUN) -m pytest tests/system/test_elections.py -v -s -o faulthandler_timeout=0

# Against a real MongoDB, in databases of their own that are dropped again; what tests the embedded engine is left out.
test-mongod:
	@test -n "$(MONGODB_URI)" || { echo "MONGODB_URI= is not set: the address of a replica set for tests"; exit 1; }
	@$(PYTHON) .ci/bootstrap.py --tests
	@env -u MONGODB_URI TEST_MONGODB_URI="$(MONGODB_URI)" $(RUN) -m pytest tests/integration tests/protocol tests/system

# How many times in a row.
RUNS ?= 10
bare:
	@.ci/bare $(RUNS)

# No limit of time but the one of each screen.
screens:
	@$(PYTHON) .ci/bootstrap.py --tests
	@SCREENS=all $(RUN) -m pytest tests/desktop/test_fitting.py -v -o faulthandler_timeout=0

contradictions:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) -m tests.desktop.contradictions --snapshots 1000

# How many connections there are at once.
STORM ?= 1000
storm:
	@$(PYTHON) .ci/bootstrap.py --tests
	@STORM=$(STORM) $(RUN) -m pytest tests/system/test_storm.py -v -s -o faulthandler_timeout=0

mail:
	@$(PYTHON) .ci/bootstrap.py --tests
	@REAL_MAIL=long $(RUN) -m pytest tests/integration/mail/test_real_*.py -v -o faulthandler_timeout=0

# No limit of time: a test is as long as its inputs are many.
fuzz:
	@$(PYTHON) .ci/bootstrap.py
	@HYPOTHESIS_PROFILE=long $(RUN) -m pytest tests/fuzzing tests/system/test_openapi.py -v --timeout 0 -o faulthandler_timeout=0

translations:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) .ci/translations.py

lock:
	@$(PYTHON) .ci/bootstrap.py
	@$(RUN) -m venv build/lock && build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--prerelease if-necessary-or-explicit --no-header --no-annotate pyproject.toml --output-file requirements.lock

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
