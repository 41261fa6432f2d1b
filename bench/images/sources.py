"""Photographs from 2 to 36 megapixels, made from three Debian packages of wallpapers. Nothing of them is committed.

The packages hold the largest real photographs that a package registry has: up to 20 megapixels. That of 36 is four of them
beside each other, cut to 3600×2500 at full resolution. All are written as a camera would: baseline JPEG, 4:2:0, quality 90.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "media-manager/bench/photographs"
PACKAGES = ["lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04", "mate-backgrounds"]
MEADOW, STREAM = "aitzgorri_by_Aitzol_Berasategi", "life_by_Aitzol_Berasategi"
BIRD, DRAGONFLY, DANDELION = "Kleiber_by_Lukas_Baubkus", "Dragonfly_by_Bolly", "seeding_by_Clements_Engelhardt"
# A textured painting, photographed: as many bytes for each pixel as a good camera writes.
ELEPHANTS = "mate/abstract/Elephants_5640x3172"
JPEG = {"quality": 90, "subsampling": "4:2:0"}
TILE = 3600, 2500


def centre(picture, width, height):
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def mosaic(pictures):
    whole = Image.new("RGB", (2 * TILE[0], 2 * TILE[1]))
    for number, picture in enumerate(pictures):
        whole.paste(centre(picture, *TILE), (number % 2 * TILE[0], number // 2 * TILE[1]))
    return whole


def write(folder, opened):
    """By name: what is measured, from 2 to 36 megapixels."""
    # As a site's owner would shrink it before the upload.
    small = opened(MEADOW).resize((1920, 1278), Image.Resampling.LANCZOS)
    twelve = centre(opened(ELEPHANTS), 4000, 3000)
    small.save(folder / "2mp.jpg", **JPEG)
    small.save(folder / "2mp.png")
    small.save(folder / "2mp.webp", quality=90)
    small.save(folder / "2mp.avif", quality=80, speed=8)
    opened(STREAM).save(folder / "6mp.jpg", **JPEG)
    twelve.save(folder / "12mp.jpg", **JPEG)
    twelve.save(folder / "12mp-progressive.jpg", progressive=True, **JPEG)
    opened(BIRD).save(folder / "20mp.jpg", **JPEG)
    mosaic(map(opened, [BIRD, DANDELION, DRAGONFLY, ELEPHANTS])).save(folder / "36mp.jpg", **JPEG)


def make():
    """The folder that holds them. A second call finds them there."""
    if CACHE.exists():
        return CACHE
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as place:
        place = Path(place)
        subprocess.run(["apt-get", "download", "-qq", *PACKAGES], cwd=place, check=True, stderr=subprocess.DEVNULL)
        for package in place.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, place], check=True)
        made = place / "made"
        made.mkdir()
        write(made, lambda name: Image.open(place / f"usr/share/backgrounds/{name}.jpg").convert("RGB"))
        made.rename(CACHE)
    return CACHE


if __name__ == "__main__":
    print(make())
