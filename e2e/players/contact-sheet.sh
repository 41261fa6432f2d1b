#!/usr/bin/env bash
# Makes the contact sheet of videos and sounds in the folder of the first argument.
set -euo pipefail
out="$(realpath -m "${1:-build/contact-sheet/videos}")"
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
CHROMIUM="${CHROMIUM:-$(command -v chromium || true)}"
export CHROMIUM
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
node contact-sheet.mjs "$out"
