# Everything that a developer or CI does. “make help” lists the targets.
export CGO_ENABLED = 0
# The same flags for the binary, vet, lint and tests: each package is compiled once.
export GOFLAGS = -trimpath
TAGS    = nodynamic
VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO      = go
module  ?=
frontend ?=
only    ?=
DATA    ?= wizamart-data
LISTEN  ?= 127.0.0.1:8080
ROUNDS  ?= 100
raced   ?=
# The packages where goroutines meet; modules/checkout without its packages of pure arithmetic.
RACED   = ./tenant/... ./framework/... ./modules/checkout ./modules/inventory

.PHONY: help build run dev test check assets setup browser lighthouse race static fmt vet lint bench fault conform servers clean
help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: wizamart ## build the static binary ./wizamart
wizamart: $(shell find main.go tenant modules ui embed framework -type f -not -path '*/node_modules/*' -not -name '*_test.go' 2>/dev/null) go.mod go.sum
	$(GO) build -tags $(TAGS) -ldflags "-s -w -X main.version=$(VERSION)" -o wizamart .

run: build ## build if needed, seed demo stores, serve them and print URLs and logins
	./wizamart demo --data $(DATA) --listen $(LISTEN)

dev: setup ## as run, with templates read from disk and assets rebuilt on change
	@$(GO) build -tags $(TAGS) -o wizamart . && ($(GO) run ./scripts/assets --watch & trap "kill $$!" EXIT; ./wizamart demo --data $(DATA) --listen $(LISTEN) --source . --log-level debug)

setup: ## install what building assets needs (Node's packages of ui/)
	cd ui && npm ci --no-audit --no-fund

ui/node_modules: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund && touch node_modules

assets: ## build embed/dist from ui/ and the modules' views
	$(GO) run ./scripts/assets

test: ## all tests; module=orders and frontend=storefront choose a slice, raced=no leaves out what “make race” runs
	RACED="$(if $(filter no,$(raced)),$(RACED))" ./scripts/test.sh "$(module)" "$(frontend)"

# SQLite as translated from C keeps its memory outside Go's, where the detector does not look: watching it only makes it ten times slower.
race: ## the packages where goroutines meet, under the race detector
	CGO_ENABLED=1 ./scripts/memory.sh $(GO) test -race -gcflags=modernc.org/sqlite/lib=-race=false -vet=off -timeout 30m -tags $(TAGS) $(RACED)

browser: ## the walk in headless Chromium, with and without JavaScript, with axe
	./scripts/browser.sh

lighthouse: build ## Lighthouse (mobile) on the demo's opening page, a category and a product; needs Node and Chromium
	./scripts/lighthouse.sh

fmt: ## fail where a Go file is not formatted
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofmt these files:"; echo "$$out"; exit 1; }

vet: ## go vet, the browser tests included
	$(GO) vet -tags $(TAGS),browser ./...

lint: ## staticcheck
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags $(TAGS) ./...

# 45 MB was the limit until certificates (1.5 MB) and the types of Stripe's library (4.7 MB) came in, 48 MB until two-factor sign-in, Sentry and
# the pages of seven more modules did, 56 MB until time zones (0.45 MB) and the catalogue's types, grid, brands and downloads did.
static: wizamart ## fail unless the binary is statically linked and small enough
	@ldd ./wizamart 2>&1 | grep -q 'not a dynamic executable' || { echo "the binary is not static:"; ldd ./wizamart; exit 1; }
	@size=$$(stat -c %s wizamart); test $$size -le 58000000 || { echo "the binary has $$size bytes, more than 58 MB"; exit 1; }; echo "static, $$((size / 1000000)) MB"

check: raced = no
check: fmt assetcheck static vet lint test browser race ## all that CI does

.PHONY: assetcheck
assetcheck: ui/node_modules ## fail when embed/dist is not what the sources give
	$(GO) run ./scripts/assets --check

bench: build servers ## the table of benchmarks, each beside its limit; only=NAME chooses a part or a row
	$(GO) run -tags $(TAGS) ./tests/bench --binary ./wizamart $(if $(only),--only "$(only)")

fault: servers ## the long loops: kill, delete the data, restore, compare (ROUNDS=100)
	REPLICATE_ROUNDS=$(ROUNDS) $(GO) test -tags $(TAGS) -count=1 -timeout 60m -v -run 'Kill|Fenced|Foreign|Away|Stock' ./framework/replicate
	FAULT_ROUNDS=$(ROUNDS) $(GO) test -tags $(TAGS) -count=1 -timeout 60m -v ./tests/fault

conform: ## certificates against pebble, a restart under load, and what validators say of every kind of page (Java, Node)
	$(GO) test -tags $(TAGS) -count=1 -v ./tests/acme
	$(GO) test -tags $(TAGS) -count=1 -v -run RestartUnderLoad ./tests/flows
	./scripts/conform.sh

servers: ## build the servers that tests run against: S3, a faulty network, the stock litestream, a certificate authority, Stripe
	@mkdir -p .cache/servers
	cd tests/servers && $(GO) build -o ../../.cache/servers/ github.com/versity/versitygw/cmd/versitygw github.com/benbjohnson/litestream/cmd/litestream github.com/Shopify/toxiproxy/v2/cmd/server github.com/letsencrypt/pebble/v2/cmd/pebble github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv github.com/stripe/stripe-mock

clean:
	rm -rf wizamart .cache
