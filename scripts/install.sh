#!/usr/bin/env bash
# Installs the system packages that building (`build`), testing (`tests`) or measuring (`bench`) needs and that are missing. As another user
# than root it prints the command and stops.
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

case "${1:-build}" in
build)
    command -v cargo >/dev/null 2>&1 || { echo "Rust is missing: install it with rustup (https://rustup.rs), then try again." >&2; exit 1; }
    need cc gcc
    need c++ g++
    need nasm nasm
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
    need heif-convert libheif-examples
    ;;
bench)
    need python3 python3
    need curl curl
    need wrk wrk
    need nginx nginx-light
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
