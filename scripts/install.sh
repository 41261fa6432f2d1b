#!/usr/bin/env bash
# Installs the system packages that building (`build`), testing (`tests`) or measuring (`bench`) needs and that are missing. As another user
# than root it prints the command and stops. What cargo and npm install then needs no root.
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

case "${1:-build}" in
build)
    command -v cargo >/dev/null 2>&1 || { echo "Rust is missing: install it with rustup (https://rustup.rs), then try again." >&2; exit 1; }
    need cc gcc
    need c++ g++
    need nasm nasm
    need cmake cmake
    need curl curl
    ;;
tests)
    need node nodejs
    need npm npm
    need python3 python3
    python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    need unzip unzip
    need strace strace
    need openssl openssl
    need heif-convert libheif-examples
    need chromium chromium
    ;;
bench)
    need python3 python3
    need curl curl
    need wrk wrk
    need nginx nginx-light
    need node nodejs
    need npm npm
    # For the OpenSSL that rustus brings; the perl that Debian always has comes without its modules.
    perl -MIPC::Cmd -e 1 2>/dev/null || missing+=(perl)
    ;;
*)
    echo "usage: install.sh build|tests|bench" >&2
    exit 2
    ;;
esac

if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then
        echo "Installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "Some packages are missing. Install them, then try again:" >&2
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
fi

if [ "${1:-build}" = tests ] && ! cargo nextest --version >/dev/null 2>&1; then
    echo "Installing cargo-nextest"
    cargo install --locked --quiet cargo-nextest
fi

# The TUS servers that are measured beside ours.
if [ "${1:-build}" = bench ]; then
    rustus=0.5.10
    root="${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/bench"
    if [ "$("$root/bin/rustus" --version 2>/dev/null)" != "Rustus $rustus" ]; then
        echo "Installing rustus, which takes some minutes"
        # In a target folder of its own, and without keeping others from their work.
        env -u CARGO_TARGET_DIR nice -n 19 cargo install --locked --quiet --force -j 1 --root "$root" "rustus@$rustus"
    fi
    (cd "$(dirname "$0")/../bench/tus" && npm ci --silent)
fi
