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
    # For the models, which come from packages of Python.
    need python3 python3
    python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    # What the server itself makes use of.
    need ffmpeg ffmpeg
    ;;
tests)
    need node nodejs
    need npm npm
    need unzip unzip
    need strace strace
    need openssl openssl
    need heif-convert libheif-examples
    need chromium chromium
    # They set office documents as pages, where they are there.
    need bwrap bubblewrap
    need soffice libreoffice-writer-nogui
    for part in calc impress; do
        dpkg -s "libreoffice-$part-nogui" >/dev/null 2>&1 || missing+=("libreoffice-$part-nogui")
    done
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
    need vipsthumbnail libvips-tools
    # For the encoders that oximg brings.
    need cmake cmake
    need c++ g++
    need nasm nasm
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
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

# The servers that are measured beside ours, and what scores pictures.
if [ "${1:-build}" = bench ]; then
    root="${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/bench"
    bench="$(dirname "$0")/../bench"

    # crate NAME@VERSION OPTION…: in a target folder of its own, and without keeping others from their work.
    crate() {
        grep -qF "\"${1/@/ } (" "$root/.crates2.json" 2>/dev/null && return
        echo "Installing $1, which takes some minutes"
        env -u CARGO_TARGET_DIR nice -n 19 cargo install --locked --quiet --force -j 1 --root "$root" "$@"
    }
    crate rustus@0.5.10
    crate ssimulacra2_rs@0.5.2 --no-default-features

    # thumbor, and with it what reads pictures for the score.
    if ! [ -e "$root/thumbor/done" ]; then
        echo "Installing thumbor"
        python3 -m venv "$root/thumbor"
        "$root/thumbor/bin/pip" install --quiet --disable-pip-version-check thumbor==7.8.0 numpy==2.3.5 av==18.1.0
        touch "$root/thumbor/done"
    fi
    # For AVIF oximg needs newer libraries than Debian has. The Python package `av` brings them.
    libraries="$root/av"
    if ! [ -e "$libraries" ]; then
        found=("$root"/thumbor/lib/python3*/site-packages/av.libs)
        mkdir "$libraries"
        for name in SvtAv1Enc dav1d; do
            cp "${found[0]}"/lib$name-*.so.* "$libraries/"
            (cd "$libraries" && ln -s lib$name-*.so.* lib$name.so)
        done
    fi
    SVT_AV1_LIB_DIR="$libraries" SYSTEM_DEPS_DAV1D_NO_PKG_CONFIG=1 SYSTEM_DEPS_DAV1D_LIB=dav1d \
        SYSTEM_DEPS_DAV1D_SEARCH_NATIVE="$libraries" RUSTFLAGS="-C link-arg=-Wl,-rpath,$libraries" crate oximg@0.18.1 --features avif

    (cd "$bench/tus" && npm ci --silent)
    (cd "$bench/images/ipx" && npm ci --silent)
fi
