"""How like a result is to what was asked for: SSIMULACRA2 against the original, shrunk without loss.

Run by the Python that has Pillow and numpy. Each line of the input names an original and a result that shows all of it; the
answer is a line with two scores. The original is shrunk once as the values in the file stand ("gamma"), and once in linear
light: both are right, servers do the one or the other, and each would lose many points against the other's reference.
"""

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy
from PIL import Image

SCORER = sys.argv[1]
PLACE = Path(tempfile.mkdtemp(prefix="score-"))
Image.MAX_IMAGE_PIXELS = None


def to_linear(values):
    values = values / 255
    return numpy.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def from_linear(values):
    return 255 * numpy.where(values <= 0.0031308, values * 12.92, 1.055 * numpy.maximum(values, 0) ** (1 / 2.4) - 0.055)


@cache
def opened(source):
    return Image.open(source).convert("RGB")


@cache
def reference(source, width, height, light):
    """The file of the original, shrunk with Lanczos in floating point."""
    planes = []
    for plane in opened(source).split():
        values = numpy.asarray(plane, numpy.float32)
        values = to_linear(values).astype(numpy.float32) if light == "linear" else values
        small = numpy.asarray(Image.fromarray(values).resize((width, height), Image.Resampling.LANCZOS))
        small = from_linear(small) if light == "linear" else small
        planes.append(numpy.clip(numpy.rint(small), 0, 255).astype(numpy.uint8))
    path = PLACE / f"{Path(source).name}-{width}x{height}-{light}.png"
    Image.fromarray(numpy.dstack(planes)).save(path, compress_level=1)
    return path


def score(source, result):
    picture = Image.open(result).convert("RGB")
    seen = PLACE / "seen.png"
    picture.save(seen, compress_level=1)
    found = {}
    for light in ["gamma", "linear"]:
        command = [SCORER, "image", reference(source, *picture.size, light), seen]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found[light] = float(shown.split()[-1])
    return found


for line in sys.stdin:
    print(json.dumps(score(*json.loads(line))), flush=True)
