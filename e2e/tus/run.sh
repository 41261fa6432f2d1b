#!/usr/bin/env bash
# Runs the published TUS clients against the release binary.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/tuspy"
if ! "$venv/bin/python" -c 'import tusclient' 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check tuspy==1.1.0
fi
export TUSPY_PYTHON="$venv/bin/python"
CHROMIUM="${CHROMIUM:-$(command -v chromium || true)}"
export CHROMIUM
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
node --test --test-concurrency=1 test/*.test.mjs
