.DEFAULT_GOAL := help
SHELL := /bin/sh
sources := $(shell find libs services -path '*/src/*' -name '*.ts' 2>/dev/null)

.PHONY: help
help: ## lists these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: up
up: build ## installs what is missing, builds and starts a one-machine cluster in the background
	@bin/periplus up

.PHONY: down
down: build ## stops the cluster and keeps its data
	@bin/periplus down

.PHONY: reset
reset: build ## stops the cluster and forgets its data
	@bin/periplus reset

.PHONY: images
images: build ## builds the stand-ins for busybox and nginx from Debian packages
	@bin/periplus images

.PHONY: build
build: dist/main.js

dist/main.js: node_modules/.installed deploy/build.mjs $(sources)
	@echo "building dist/"
	@node deploy/build.mjs
	@touch $@

.PHONY: node
node:
	@deploy/needs-node.sh

node_modules/.installed: package.json package-lock.json $(wildcard libs/*/package.json services/*/package.json) | node
	@command -v npm >/dev/null || { echo "periplus: npm is needed, and there is none on the PATH" >&2; exit 1; }
	@echo "installing npm packages into node_modules/"
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: check
check: node_modules/.installed ## format, types, lint, rooms and the tests that start no cluster
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-lint check-types check-format check-rooms check-units

.PHONY: check-lint check-types check-format check-rooms check-units
check-lint:
	@npx eslint --max-warnings 0 .

check-types:
	@npx tsc -p tsconfig.json

check-format:
	@npx prettier --check --log-level warn --cache .

check-rooms:
	@npx depcruise --config .dependency-cruiser.cjs --output-type err libs services test

check-units:
	@npx mocha 'test/architecture/**/*.test.ts' 'libs/{prelude,api,kinds,service,commands,controller}/test/**/*.test.ts' --reporter dot

.PHONY: test
test: build ## installs what is missing and runs every test
	@bin/periplus tools
	@node test/run.mjs

.PHONY: simulation
simulation: node_modules/.installed ## lives through SEEDS=1000 histories of each story with faults, FROM=1 on
	@SIMULATION_SEEDS=$${SEEDS:-1000} SIMULATION_FROM=$${FROM:-1} npx mocha 'test/simulation/**/*.test.ts'

.PHONY: backends
backends: node_modules/.installed ## holds log backends, and blobs in S3, to their contracts on real servers: Kafka, OpenSearch, S3Proxy (a JDK, mvn), ClickHouse (Debian), OpenTelemetry's collector, VictoriaLogs (Go)
	@npx mocha 'libs/{log,logs}/test/**/*.real.ts'

.PHONY: consumers
consumers: node_modules/.installed ## runs the consumers of deploy/consumers that need more than npm packages: Python (pip) and Go
	@npx mocha 'services/projector/test/feed/*.real.ts'

.PHONY: attack
attack: build ## runs every program of test/attack for MINUTES each, from SEED on
	@node deploy/build.mjs dist/attack test/attack/*.ts test/attack/*/*-server.ts
	@failed=0; for program in test/attack/*.ts; do \
	  node --max-semi-space-size=32 --enable-source-maps --expose-gc "dist/attack/$$(basename "$$program" .ts).js" || failed=1; done; exit $$failed

.PHONY: log-losses
log-losses: build ## counts lines lost and doubled over ROTATIONS=1000 of logs and KILLS=100 of node agent and NATS
	@bin/periplus tools
	@npx tsx test/log-losses/main.ts

.PHONY: nemesis
nemesis: build ## kills, stops and cuts off what a cluster over HOSTS=3 (or 2) is made of, fills its disks, sets its clocks, for HOURS= (0.2), from SEED= on
	@bin/periplus tools
	@npx tsx test/hosts/nemesis-main.ts

.PHONY: three-hosts
three-hosts: build ## types what deploy/three-hosts.md says on machines made of namespaces, under load, and goes a week back: a quarter of an hour
	@bin/periplus tools
	@npx mocha test/hosts/three-hosts-page.real.ts test/hosts/week-old.real.ts

.PHONY: bench
bench: build ## prints figures as ratios against a floor measured in the same run
	@bin/periplus tools
	@npx tsx test/bench/main.ts

.PHONY: oracle
oracle: node_modules/.installed ## asks Kubernetes' own code about random objects: N=, SEED=, KIND=, OP=
	@npx tsx test/oracle/main.ts

.PHONY: conformance
conformance: build ## runs Kubernetes' own suite on a cluster of its own: FOCUS=, SKIP=, NODES=1, PROCS=4, SUITE=all, LIMIT=12h, RECORD=1, KEEP=1
	@bin/periplus tools
	@npx tsx test/conformance/main.ts
