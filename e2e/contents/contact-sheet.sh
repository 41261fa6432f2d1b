#!/usr/bin/env bash
# Makes the contact sheet of drawings, documents, archives, models, fonts and what is seen in pictures in the folder of the first argument.
set -euo pipefail
out="$(realpath -m "${1:-build/contact-sheet/contents}")"
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
(cd ../images && npm ci --silent)
CHROMIUM="${CHROMIUM:-$(command -v chromium || true)}"
export CHROMIUM
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
node contact-sheet.mjs "$out"
