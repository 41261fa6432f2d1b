"""Measures the release binary beside its peers in one run, and writes RESULTS.md. With names of parts only those are
measured and shown, and nothing is written: `python3 bench/run.py trees authorisation`.

Figures are medians of alternating rounds. wrk (Debian) makes the load, nginx, cp and two TUS servers are the peers.
"""

import functools
import http.client
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import contents as inside
import folders
import library
import memory
import nginx
import tus
import videos as video
import wrk
from images import compare

HERE = Path(__file__).parent
BINARY = os.environ["MEDIA_MANAGER_BIN"]
ROUNDS = 3
SECONDS = 5


class Server:
    """The release binary on free ports, with a folder of its own."""

    def __init__(self, folder, *options):
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", str(folder), "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0",
             "--rate-limit", "off", "--log-level", "error", *options],
            stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "address" in line:
                self.url = line.split()[1]
            if line.startswith("Three commands"):
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.host = self.url.removeprefix("http://")
        self.key = json.loads((folder / "credentials.json").read_text())["apiKey"]

    def call(self, connection, path, body):
        connection.request("POST", "/site-media" + path, json.dumps(body), {"Authorization": self.key})
        reply = connection.getresponse()
        text = reply.read()
        assert reply.status == 200, text
        return json.loads(text)

    def issue(self, count, **request):
        """Upload URLs, as paths, made by eight clients."""
        found = []

        def work(share):
            connection = http.client.HTTPConnection(self.host)
            for _ in range(share):
                url = self.call(connection, "/v1/files/generate-upload-url", request)["uploadUrl"]
                found.append(url.removeprefix(self.url))

        clients = [threading.Thread(target=work, args=(count // 8,)) for _ in range(8)]
        [client.start() for client in clients]
        [client.join() for client in clients]
        return found

    def put(self, path, body, length=None):
        connection = http.client.HTTPConnection(self.host, blocksize=1 << 20)
        connection.request("PUT", path, body, {"Content-Length": str(length)} if length else {})
        reply = connection.getresponse()
        text = reply.read()
        assert reply.status == 200, text
        return json.loads(text)["file"]

    def memory(self, name):
        return memory.of(self.process, name)

    def stop(self):
        self.process.terminate()
        assert self.process.wait() == 0


def uploads(server, folder, rows):
    for clients, count in [(1, 8_000), (16, 30_000), (64, 30_000)]:
        urls = folder / "urls"
        urls.write_text("\n".join(server.issue(count, mimeType="text/plain", fileName="small.txt")))
        seconds = 3
        load = wrk.run(server.url, clients, seconds, "upload.lua", BENCH_URLS=str(urls))
        assert load.refused == 0, f"{load.refused} refused: issue more than {count} URLs"
        rows.append((f"durable uploads of 20 KiB, {clients} clients", f"{load.rate:,.0f}/s, p99 {load.p99:.1f} ms", "", ""))


def metadata(server, folder, rows):
    paths = server.issue(10_000, mimeType="text/plain", fileName="a note.txt")
    ids = folder / "ids"
    ids.write_text("\n".join(server.put(path, b"hello")["id"] for path in paths))
    environment = {"BENCH_IDS": str(ids), "BENCH_KEY": server.key}
    for what, script, aim in [("renames", "update.lua", 10_000), ("reads of one descriptor", "read.lua", 20_000)]:
        for clients in [1, 16, 64]:
            rounds = [wrk.run(server.url, clients, 4, script, **environment) for _ in range(ROUNDS)]
            assert not any(load.refused for load in rounds)
            rate, p99 = (statistics.median(values) for values in [[load.rate for load in rounds], [load.p99 for load in rounds]])
            aimed = f"over {aim:,}/s" if clients == 64 else ""
            rows.append((f"{what}, {clients} clients", f"{rate:,.0f}/s, p99 {p99:.1f} ms", "", aimed))


def downloads(server, folder, rows):
    www = folder / "www"
    www.mkdir()
    with nginx.serving(www, folder) as peer_url:
        for name, size, clients in [("64 KiB", 64 << 10, 16), ("256 MiB", 256 << 20, 4)]:
            head = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
            body = head + os.urandom(size - len(head))
            (www / "file").write_bytes(body)
            [path] = server.issue(8, mimeType="video/mp4")[:1]
            url = server.put(path, body)["url"]
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(wrk.run(url, clients, SECONDS).rate * size / 1e6)
                theirs.append(wrk.run(f"{peer_url}/file", clients, SECONDS).rate * size / 1e6)
            mine, peer = statistics.median(ours), statistics.median(theirs)
            rows.append((f"download of {name}, {clients} clients", f"{mine:,.0f} MB/s",
                         f"nginx {peer:,.0f} MB/s: {mine / peer:.2f} of it", "0.8 of nginx"))


def large(server, folder, rows):
    size = 4 << 30
    source = folder / "large.mp4"
    with source.open("wb") as file:
        file.write(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
        block = os.urandom(1 << 20)
        while file.tell() < size:
            file.write(block)
    length = source.stat().st_size
    ours, theirs = [], []
    idle = server.memory("VmRSS")
    for _ in range(ROUNDS):
        [path] = server.issue(8, mimeType="video/mp4")[:1]
        began = time.monotonic()
        subprocess.run(["curl", "-s", "-f", "-o", str(folder / "reply"), "-T", str(source), server.url + path], check=True)
        ours.append(length / 1e6 / (time.monotonic() - began))
        began = time.monotonic()
        subprocess.run(f"cp {source} {folder}/copy && sync {folder}/copy && rm {folder}/copy", shell=True, check=True)
        theirs.append(length / 1e6 / (time.monotonic() - began))
    mine, peer = statistics.median(ours), statistics.median(theirs)
    rows.append(("upload of 4 GiB, durable", f"{mine:,.0f} MB/s", f"cp and sync {peer:,.0f} MB/s: {mine / peer:.2f} of it", ""))
    file = json.loads((folder / "reply").read_text())["file"]
    subprocess.run(["curl", "-s", "-f", "-o", "/dev/null", file["url"]], check=True)
    connection = http.client.HTTPConnection(server.host)
    link = server.call(connection, "/v1/files/generate-download-url", {"fileIds": [file["id"]]})["downloadUrl"]
    subprocess.run(["curl", "-s", "-f", "-o", "/dev/null", link], check=True)
    grown = server.memory("VmHWM") - idle
    rows.append(("peak memory over idle: upload, download and zip of 4 GiB", f"{grown:.0f} MiB", "", "under 64 MiB"))


@contextmanager
def filled(place, files, trees=()):
    """A server on a library of so many files, and trees of folders beside them."""
    library.fill(place, files, trees)
    site = sqlite3.connect(place / "catalog.db").execute("SELECT id FROM sites").fetchone()[0]
    made = subprocess.run(
        [BINARY, "keys", "create", "--json", "--data-dir", str(place), "--site", site, "--name", "bench",
         "--scope", "SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER"], capture_output=True, check=True).stdout
    (place / "credentials.json").write_bytes(made)
    server = Server(place)
    try:
        yield server
    finally:
        server.stop()
    shutil.rmtree(place)


def libraries(place, rows):
    measured = {}
    for files in [10_000, 1_000_000]:
        with filled(place / f"library-{files}", files) as server:
            measured[files] = library.measure(server, place)
    small, large = measured.values()
    for what, (p50, p99) in large.items():
        aim = "p99 under 5 ms, within 1.5" if what.startswith("list") else "p99 under 30 ms"
        rows.append((f"{what}, of a million files", f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
                     f"of ten thousand p50 {small[what][0]:.1f} ms, p99 {small[what][1]:.1f} ms: {p50 / small[what][0]:.2f} of it", aim))


def trees(place, rows):
    with filled(place / "data", folders.LIBRARY, folders.SIZES) as server:
        folders.measure(server, place / "data" / "catalog.db", rows)


def authorisation(place, rows):
    command = ["cargo", "run", "--release", "--locked", "-q", "-p", "manager", "--example", "authorisation", "--", str(place)]
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        measured = json.loads(line)
        warm, cold = ("p50 {:.1f} µs, p99 {:.1f} µs".format(*measured[which]) for which in ["warm", "cold"])
        rows.append((f"authorisation of a call: {measured['caller']}", f"{warm}, mean {measured['mean']:.1f} µs",
                     f"looked up in the catalog, as keys have changed: {cold}", "p99 under 20 µs"))


def videos(server, place, rows):
    video.measure(server, place, rows)


def contents(place, rows):
    corpus = Path(subprocess.run(["bash", str(HERE.parent / "scripts/corpus.sh")], check=True, capture_output=True, text=True).stdout.strip())

    @contextmanager
    def start(name, *options):
        server = Server(place / name, *options)
        yield server
        server.stop()

    inside.rows(start, corpus, rows)


def images(place, rows):
    compare.measure(lambda folder: Server(folder, "--images-per-minute", "off"), place, rows)


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    disk = subprocess.run(["findmnt", "-no", "FSTYPE", "-T", tempfile.gettempdir()], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} cores ({cpu[1] if cpu else 'unknown'}), {memory:.0f} GiB of memory, {disk} on a virtual disk"


def show(rows):
    for row in rows:
        print(" | ".join(row), flush=True)


def with_server(part):
    """A part that is measured on an empty server of its own."""

    @functools.wraps(part)
    def run(place, rows):
        (place / "data").mkdir()
        server = Server(place / "data")
        try:
            part(server, place, rows)
        finally:
            server.stop()

    return run


PARTS = [*map(with_server, [metadata, uploads, downloads, large, *tus.PARTS, videos]), libraries, trees, authorisation, images, contents]


def main():
    names = sys.argv[1:]
    unknown = set(names) - {part.__name__ for part in PARTS}
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(part.__name__ for part in PARTS)}")
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    rows = []
    try:
        for part in PARTS:
            if names and part.__name__ not in names:
                continue
            place, before = folder / part.__name__, len(rows)
            place.mkdir()
            os.chmod(folder, 0o755)
            part(place, rows)
            shutil.rmtree(place)
            show(rows[before:])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if names:
        # The page is of one run.
        return
    lines = [
        "# Results", "",
        f"Made by `make bench` on {time.strftime('%Y-%m-%d')}. {machine()}. The load generator shares the cores.", "",
        "| what | here | beside | aim |", "|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows), "",
        compare.ABOUT,
    ]
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
