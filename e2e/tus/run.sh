#!/usr/bin/env bash
# Runs the published TUS clients against the release binary.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
node --test --test-concurrency=1 test/*.test.mjs
