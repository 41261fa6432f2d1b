#!/usr/bin/env bash
# Runs the examples of the API's reference pages against the release binary, with our npm package as it would be published:
# packed by `make client`, and installed beside the published packages into a folder of its own.
# MEDIA_MANAGER_REFERENCE names the folder of the pages, to compare the examples with.
set -euo pipefail
cd "$(dirname "$0")"
root="$(realpath ../..)"
export MEDIA_MANAGER_BIN="${MEDIA_MANAGER_BIN:-$root/target/release/media-manager}"
MEDIA_MANAGER_CORPUS="$(bash "$root/scripts/corpus.sh")"
export MEDIA_MANAGER_CORPUS

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json .npmrc "$work"
mkdir "$work/sdk"
cp -r . "$work/reference"
cp -r ../sdk/support "$work/sdk"
cd "$work"
npm ci --silent
npm install --silent --no-save "$root"/clients/js/build/media-manager-client-*.tgz
"$root/clients/js/node_modules/.bin/tsc" --project reference/types
node --test --test-concurrency=1 reference/test/*.test.mjs
