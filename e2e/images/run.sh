#!/usr/bin/env bash
# Asks the release binary for images by URL, as the published clients do, and compares them with what sharp makes.
# With arguments: runs those files instead of all tests.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
[ $# -gt 0 ] || set -- test/*.test.mjs
node --test --test-concurrency=1 "$@"
