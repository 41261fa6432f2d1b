#!/usr/bin/env bash
# Makes the contact sheet in the folder of the first argument.
set -euo pipefail
out="$(realpath -m "${1:-build/contact-sheet}")"
cd "$(dirname "$0")"
npm ci --silent
(cd ../sdk && npm ci --silent)
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
node contact-sheet.mjs "$out"
