"""At which setting is each server's result as good as the others'?"""

import json
import statistics
import subprocess

from images import peers

SCORER = peers.ROOT / "bin/ssimulacra2_rs"
# What ipx takes when nobody asks for a quality: the others have to be as good as that, on average over the photographs.
ANCHOR = {"jpg": 80, "webp": 80, "avif": 50}
LEAST, MOST = 20, 98
BOX = 512


class Scorer:
    """Scores results of one place; see score.py."""

    def __init__(self, place):
        self.place = place
        command = [peers.PYTHON, peers.IPX.parent / "score.py", SCORER]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def score(self, original, result):
        seen = self.place / "result"
        seen.write_bytes(result)
        print(json.dumps([str(original), str(seen)]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Setting:
    """What a server makes of the photographs at one quality setting."""

    def __init__(self, server, originals, form, quality, scorer):
        self.quality = quality
        results = [peers.get(server, server.path(original.name, "fit", form, quality, BOX, BOX)) for original in originals]
        scores = [scorer.score(original, result) for original, result in zip(originals, results)]
        means = {light: statistics.mean(score[light] for score in scores) for light in ["gamma", "linear"]}
        # A server shrinks in one light or in the other, and is held to its own.
        self.light = max(means, key=means.get)
        self.score = means[self.light]
        self.bytes = statistics.mean(map(len, results))

    def __str__(self):
        return f"q {self.quality}: {self.score:.1f}, {self.bytes / 1024:.1f} KiB"


def as_good(server, originals, form, aim, scorer):
    """The lowest setting with which a server's results score at least `aim`."""
    least, most, found = LEAST, MOST, None
    while least <= most:
        quality = (least + most) // 2
        setting = Setting(server, originals, form, quality, scorer)
        if setting.score >= aim:
            found, most = setting, quality - 1
        else:
            least = quality + 1
    return found


def settings(servers, originals, scorer):
    """By format: by server, the setting at which all are as good as ipx at its own."""
    [anchor] = [server for server in servers if isinstance(server, peers.Ipx)]
    found = {}
    for form, quality in ANCHOR.items():
        aim = Setting(anchor, originals, form, quality, scorer)
        found[form] = {server: as_good(server, originals, form, aim.score, scorer) for server in servers if server is not anchor}
        found[form][anchor] = aim
    return found
