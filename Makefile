# `make` is all a machine needs to have: the rest is installed on the way.
.DEFAULT_GOAL := help
.PHONY: help demo up down test test-parts test-steps test-whole soak check format histories openapi \
	openapi-current protos protos-current contracts-kept release-protos clean

PYTHON := .venv/bin/python
READY := .venv/.ready
BUF := .venv/bin/buf
CONTRACTS := --config protos/buf.yaml
PROTOC = $(PYTHON) -m grpc_tools.protoc -I . $$(find protos -name '*.proto')
# Groups of the tests that run side by side, because each waits more than it works. A whole platform
# comes last in a group, because it costs something for as long as it runs, which is to the end.
PARTS := $(addprefix tests/,adapters api domain soak)
STEPS := $(addprefix tests/,activities matrix workflows infra)
WHOLE := $(filter-out $(PARTS) $(STEPS) $(addprefix tests/,conftest.py support __pycache__ e2e), \
	$(wildcard tests/*)) tests/e2e
# Real servers on a busy machine: a test that fails has a second chance, and the summary has both its
# name and why. More than two of a group are no chance, and fail.
SECOND_CHANCE := --reruns 1 --max-suite-reruns 2 --rerun-show-tracebacks --rerun-exclude-path tests/domain
CACHES := .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

help: ## Show what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## Start everything, watch nine stories of orders, then play
	@$(PYTHON) -m infra.demo

up: $(READY) ## Start everything and keep it running until Ctrl-C
	@$(PYTHON) -m infra.stack up

down: $(READY) ## End what is running
	@$(PYTHON) -m infra.stack down

test: $(READY) ## Run all tests, against real servers
	@$(PYTHON) -m infra.stack install --tests
	@$(MAKE) --jobs=3 --keep-going --no-print-directory test-parts test-steps test-whole

# Each with servers of its own, on ports that no other group draws. A line of the output begins with
# the name of its group.
test-%: SHELL := bash
test-%: .SHELLFLAGS := -o pipefail -c
test-parts: $(READY)
	@SPARE_PORTS=20000-23999 $(PYTHON) -m pytest $(PARTS) $(SECOND_CHANCE) 2>&1 | sed -u 's/^/parts | /'

test-steps: $(READY)
	@SPARE_PORTS=24000-27999 $(PYTHON) -m pytest $(STEPS) $(SECOND_CHANCE) 2>&1 | sed -u 's/^/steps | /'

test-whole: $(READY)
	@SPARE_PORTS=28000-31999 $(PYTHON) -m pytest $(WHOLE) $(SECOND_CHANCE) 2>&1 | sed -u 's/^/whole | /'

soak: $(READY) ## The long proofs, other ones each time: RUNS EXAMPLES ORDERS OPEN KILLS AWAY REBUILT SEED
	@$(PYTHON) -m infra.stack install --proofs
	@RUNS=$${RUNS:-5000} $(PYTHON) -m pytest tests/model -k whatever -p no:cacheprovider
	@EXAMPLES=$${EXAMPLES:-200} $(PYTHON) -m pytest tests/api/test_whatever_is_sent.py -p no:cacheprovider
	@ORDERS=$${ORDERS:-5000} OPEN=$${OPEN:-100} KILLS=$${KILLS:-50} AWAY=$${AWAY:-300} \
		REBUILT=$${REBUILT:-10000} SEED=$${SEED:-$$(date +%s)} REPORTS=docs/soak \
		$(PYTHON) -m pytest tests/soak -p no:cacheprovider

check: $(READY) openapi-current protos-current ## Format, lints, types, layers, contracts, lock
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/uv lock --check --quiet

format: $(READY) ## Format the code and mend what lints can mend
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

histories: $(READY) ## Record what the workflows do, after a change that was meant
	@$(PYTHON) -m pytest tests/workflows/test_*replay.py --record --quiet

openapi: $(READY) ## Generate docs/openapi.json, and the typed client that is made of it
	@$(PYTHON) -m infra.openapi .

# Generated elsewhere and compared: what is missing, stale or left over shows as a difference.
openapi-current: $(READY)
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
		$(PYTHON) -m infra.openapi "$$fresh" && \
		diff "$$fresh/docs/openapi.json" docs/openapi.json && \
		diff -r --exclude=__pycache__ "$$fresh/infra/client" infra/client || \
		{ echo 'make openapi brings them up to date.' >&2; exit 1; }

protos: $(READY) ## Generate the Python of the event contracts, and their page
	@$(PROTOC) --python_out=. --pyi_out=.
	@$(PYTHON) -m infra.event_contracts .

# Compared in the same way.
protos-current: $(READY) contracts-kept
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
		$(PROTOC) --python_out="$$fresh" --pyi_out="$$fresh" && \
		$(PYTHON) -m infra.event_contracts "$$fresh" && \
		diff "$$fresh/docs/event-contracts.md" docs/event-contracts.md && \
		diff -r --exclude='*.proto' --exclude=__init__.py --exclude=__pycache__ --exclude='buf.yaml' \
			--exclude='*.txtpb' "$$fresh/protos" protos || \
		{ echo 'make protos brings them up to date.' >&2; exit 1; }

# Against what was released last: other teams have compiled that.
contracts-kept: $(READY)
	@$(BUF) lint $(CONTRACTS)
	@$(BUF) breaking $(CONTRACTS) --against protos/released.txtpb

release-protos: $(READY) contracts-kept ## From now on others build on the contracts as they are
	@$(BUF) build $(CONTRACTS) --exclude-source-info --output protos/released.txtpb

clean: ## End the stack, delete its data and all caches
	@[ ! -x $(PYTHON) ] || $(PYTHON) -m infra.stack clean
	@rm -rf $(CACHES)
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(READY): uv.lock infra/bootstrap.sh
	@sh infra/bootstrap.sh
	@touch $@
