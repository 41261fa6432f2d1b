#!/usr/bin/env bash
# Sends drawings, documents, archives, 3D models and fonts of real corpora, and hostile ones, to the release binary.
# With arguments: runs those files instead of all tests.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
(cd ../images && npm ci --silent)
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
CHROMIUM="${CHROMIUM:-$(command -v chromium || true)}"
export CHROMIUM
[ $# -gt 0 ] || set -- test/*.test.mjs
node --test --test-concurrency=1 --test-timeout=600000 "$@"
