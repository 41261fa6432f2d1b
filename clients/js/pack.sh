#!/usr/bin/env bash
# Builds the npm package: build/media-manager-client-VERSION.tgz.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent
rm -rf build
mkdir build
npm pack --silent --pack-destination build >/dev/null
