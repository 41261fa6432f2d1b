"""Pictures transformed on request, beside published image servers that do the same work in the same minutes.

No two requests are alike, so nothing is served from a cache. Four clients ask, from the cores that the servers
have. Each server runs at the quality setting at which all of them score the same (quality.py), so that neither time nor
bytes are saved by worse pictures.
"""

import functools
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import nginx
import wrk
from images import peers, quality

CLIENTS = 4
# More than the server keeps in memory.
KEPT = 2_000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
SECONDS = int(os.environ.get("BENCH_SECONDS", 3))
WARM_UP = 1
PHOTOGRAPHS = ["2mp.jpg", "6mp.jpg", "12mp.jpg", "20mp.jpg", "36mp.jpg"]
# From here on the aim is higher: a small result need not decode all of a large original.
LARGE = ["12mp.jpg", "12mp-progressive.jpg", "20mp.jpg", "36mp.jpg"]
# Its encoders take so long that the original hardly matters.
ENOUGH_FOR_AVIF = ["2mp.jpg", "12mp.jpg"]
TITLES = {"12mp-progressive.jpg": "12 MP progressive JPEG", "2mp.png": "2 MP PNG", "2mp.webp": "2 MP WebP", "2mp.avif": "2 MP AVIF"}
ABOUT = """\
Images: four clients, no two requests alike, so nothing comes from a cache; figures are medians of alternating rounds. Every
server runs at the quality at which its results of the photographs score the same mean SSIMULACRA2 as those of ipx at sharp's
own default, against the original shrunk without loss in the light that the server shrinks in (oximg: linear, ipx and thumbor:
gamma). ipx is two node processes with libuv's four threads and sharp's concurrency of one as they come (one process takes half
of the memory and is 5 to 30 % slower), thumbor two processes, oximg as it starts; oximg neither crops nor sharpens. Memory is
the peak of all processes of a server together. The photographs are from Debian's packages of wallpapers, saved as baseline
JPEG 4:2:0 of quality 90; that of 36 megapixels is four of them beside each other at full resolution.

What is left, by perf: of fit 512 as JPEG from a smaller copy, a third is Huffman decoding, a tenth inverse DCT, a fifth scaling, a
fifth encoding, the rest HTTP, the file that is kept, and copies. Of the memory, 20 MiB are pages of the program and 10 to 20 the
catalog and what an upload took; the peak is of the first moments, when four clients wait with the whole original in memory and
the copies are made. WebP takes 3 to 6 % more bytes, as libwebp's method 2 does, and 2 % of that for being made of a copy. AVIF
takes a fifth more: libaom 3.11 at speed 8 beside libaom 3.15 and SVT-AV1. A variant that isn't in memory costs reading the address
and what is known of the file, and a file that is opened, asked for its length, read and closed."""
# By what it is called: the kind of fitting, the widths and heights that are asked for in all combinations, and the one whose
# result is shown. The photographs are wider than high, so a height that is larger than the width makes another address of
# the same work.
TARGETS = {
    "fit 512": ("fit", range(420, 601), range(600, 4800), (512, 512)),
    "fill 800×600, sharpened": ("fill", range(780, 821), range(560, 641), (800, 600)),
    "thumbnail 120": ("fit", range(100, 141), range(140, 4800), (120, 120)),
}
# Prints the most memory that a command took, in KiB. A process that is started counts that of its parent as its own.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
# More than are asked for in a round.
AHEAD = 5_000
FORMS = {"jpg": "JPEG", "webp": "WebP", "avif": "AVIF"}


def title(original):
    return TITLES.get(original) or f"{original.removesuffix('mp.jpg')} MP JPEG"


def cases(original):
    """The targets and formats that are asked of an original."""
    for target in TARGETS:
        if target == "fit 512" or original in PHOTOGRAPHS:
            yield target, "jpg"
            yield target, "webp"
    if original in ENOUGH_FOR_AVIF:
        yield "fit 512", "avif"


@contextmanager
def servers(start, originals, place, others=peers.PEERS):
    """Ours and its peers, just started, on a folder with these originals."""
    folder = Path(tempfile.mkdtemp(dir=place))
    www = folder / "originals"
    www.mkdir()
    [shutil.copy(original, www) for original in originals]
    (folder / "data").mkdir()
    running = []
    try:
        running.append(peers.Here(start(folder / "data"), www))
        for peer in others:
            running.append(peer(www, folder))
        yield running
    finally:
        [server.stop() for server in running]
        shutil.rmtree(folder)


def load(server, paths, seconds):
    made = asked_for(f"http://{server.host}", paths, CLIENTS, seconds, threads=1)
    assert made.rate * seconds < len(paths), "asked for the same again"
    return made


def asked_for(address, paths, clients, seconds, **how):
    """One of the paths after the other, and again from the first."""
    listed = Path(tempfile.gettempdir()) / f"paths-{os.getpid()}"
    listed.write_text("\n".join(paths))
    try:
        made = wrk.run(address, clients, seconds, "images/paths.lua", BENCH_PATHS=str(listed), **how)
    finally:
        listed.unlink()
    assert made.refused == 0, (address, paths[0])
    return made


class Case:
    """One target and format of one original, asked of those servers that do it."""

    def __init__(self, running, original, target, form, qualities, scorer):
        kind, widths, heights, shown = TARGETS[target]
        count = len(widths) * len(heights)
        numbers = random.Random(1).sample(range(count), min(count, AHEAD * (ROUNDS + 1)))
        self.sizes = [(widths[number % len(widths)], heights[number // len(widths)]) for number in numbers]
        self.share = len(self.sizes) // (ROUNDS + 1)
        self.path, self.rounds = {}, {}
        for server in running:
            path = functools.partial(server.path, original.name, kind, form, qualities[form][server.name()].quality)
            if path(*shown):
                self.path[server], self.rounds[server] = path, []
        self.turn(list(self.path), WARM_UP)
        self.result = {server: peers.get(server, path(*shown)) for server, path in self.path.items()}
        self.score = {server: scorer.score(original, result)[qualities[form][server.name()].light]
                      for server, result in self.result.items() if kind == "fit"}

    def turn(self, order, seconds):
        """Each server gets the same work, which none has had before."""
        sizes, self.sizes = self.sizes[:self.share], self.sizes[self.share:]
        return {server: load(server, [self.path[server](*size) for size in sizes], seconds) for server in order}

    def round(self, number):
        order = list(self.path)
        for server, made in self.turn(order if number % 2 else order[::-1], SECONDS).items():
            self.rounds[server].append(made)

    def rate(self, server):
        return statistics.median(load.rate for load in self.rounds[server])

    def shown(self, server):
        p50, p99 = (statistics.median(getattr(load, name) for load in self.rounds[server]) for name in ["p50", "p99"])
        scoring = f" scoring {self.score[server]:.0f}" if server in self.score else ""
        size = len(self.result[server]) / 1024
        return f"{self.rate(server):,.1f}/s, p50 {p50:,.0f} ms, p99 {p99:,.0f} ms, {size:.1f} KiB{scoring}"

    def row(self, what, aim):
        here, *others = self.path
        fastest = max((server for server in others if not isinstance(server, peers.Thumbor)), key=self.rate)
        beside = "; ".join(f"{short(server)} {self.shown(server)}" for server in others)
        return what, self.shown(here), f"{beside}: {self.rate(here) / self.rate(fastest):.2f} of {short(fastest)}", aim


def short(server):
    return server.name().split()[0]


def speeds(running, original, qualities, scorer, rows):
    for target, form in cases(original.name):
        case = Case(running, original, target, form, qualities, scorer)
        for number in range(ROUNDS):
            case.round(number)
        aim = "" if form == "avif" else "over 3 of it" if original.name in LARGE else "over 1.5 of it"
        rows.append(case.row(f"{target} as {FORMS[form]}, of a {title(original.name)}", aim))
        # It takes half an hour.
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    peaks = {server: server.peak() for server in running}
    here, *others = running
    beside = ", ".join(f"{short(server)} {peaks[server]:,.0f} MiB" for server in others)
    least = min(peaks[server] for server in others)
    rows.append((f"peak memory of these, of a {title(original.name)}", f"{peaks[here]:,.0f} MiB",
                 f"{beside}: {peaks[here] / least:.2f} of the least", "no more than the least"))


def equal_quality(start, originals, place, scorer, rows):
    """By format and by a server's name: the setting that makes all equally good."""
    with servers(start, originals, place) as running:
        found = quality.settings(running, originals, scorer)
    here, *others = running
    for form, settings in found.items():
        beside = "; ".join(f"{server.name()} {settings[server]}" for server in others)
        rows.append((f"fit 512 as {FORMS[form]} of the {len(originals)} photographs, at one SSIMULACRA2",
                     str(settings[here]), beside, "no more bytes"))
    return {form: {server.name(): setting for server, setting in settings.items()} for form, settings in found.items()}


def alone(start, originals, place, qualities, rows):
    """One client, one picture at a time, beside a process for each picture."""
    for original in originals:
        command = ["vipsthumbnail", original, "-s", "512x512", "-o", place / f"tn.jpg[Q={quality.ANCHOR['jpg']},strip]"]
        printed = subprocess.run([sys.executable, "-c", PEAK, *command], capture_output=True, text=True, check=True).stdout
        peak = int(printed) / 1024
        with servers(start, [original], place, others=[]) as [here]:
            path = functools.partial(here.path, original.name, "fit", "jpg", qualities["jpg"][here.name()].quality)
            first = seconds(lambda: peers.get(here, path(512, 512)))
            ours, theirs = [], []
            for number in range(11):
                ours.append(seconds(lambda: peers.get(here, path(512, 600 + number))))
                theirs.append(seconds(lambda: subprocess.run(command, stderr=subprocess.DEVNULL, check=True)))
        mine, other = (statistics.median(each) * 1e3 for each in [ours, theirs])
        rows.append((f"fit 512 as JPEG of a {title(original.name)}, one at a time", f"{mine:.0f} ms; the first ever {first * 1e3:.0f} ms",
                     f"vipsthumbnail {other:.0f} ms with the start of its process, {peak:,.0f} MiB: {mine / other:.2f} of it", ""))


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def hits(start, original, place, qualities, rows):
    """Variants that are there already: one, which lies in memory after a while, and more than fit there."""
    with servers(start, [original], place, others=[]) as [here]:
        path = functools.partial(here.path, original.name, "fit", "jpg", qualities["jpg"][here.name()].quality, 512)
        www = place / "www"
        www.mkdir()
        paths = [path(512 + number) for number in range(KEPT)]
        for number, each in enumerate(paths):
            (www / str(number)).write_bytes(peers.get(here, each))
        size = (www / "0").stat().st_size / 1024
        with nginx.serving(www, place) as url:
            for what, count in [("the same variant", 1), (f"{KEPT:,} variants in turn", KEPT)]:
                asked = {f"http://{here.host}": paths[:count], url: [f"/{number}" for number in range(count)]}
                rounds = [[asked_for(address, listed, 16, SECONDS) for address, listed in asked.items()] for _ in range(ROUNDS)]
                mine, peer = (statistics.median(made.rate for made in each) for each in zip(*rounds))
                rows.append((f"{what} of {size:.0f} KiB, made before, 16 clients", f"{mine:,.0f}/s",
                             f"nginx {peer:,.0f}/s: {mine / peer:.2f} of it", "0.8 of nginx"))


def measure(start, place, rows):
    """Everything about pictures. `start` starts our server on a folder."""
    made = subprocess.run([peers.PYTHON, Path(__file__).parent / "sources.py"], capture_output=True, text=True, check=True)
    folder = Path(made.stdout.strip())
    photographs = [folder / name for name in PHOTOGRAPHS]
    os.chmod(place, 0o755)
    scorer = quality.Scorer(place)
    try:
        qualities = equal_quality(start, photographs, place, scorer, rows)
        for original in [*photographs, *(folder / name for name in TITLES)]:
            with servers(start, [original], place) as running:
                speeds(running, original, qualities, scorer, rows)
    finally:
        scorer.stop()
    alone(start, photographs, place, qualities, rows)
    hits(start, folder / "2mp.jpg", place, qualities, rows)
