#!/usr/bin/env bash
# A tour of the main job: a throw-away server, real photographs, the published SDK.
set -euo pipefail
cd "$(dirname "$0")/../e2e/sdk"
npm ci --silent
MEDIA_MANAGER_CORPUS="$(bash ../../scripts/corpus.sh)"
export MEDIA_MANAGER_CORPUS
node demo.mjs
