"""Lists and searches over HTTP, in a library of ten thousand files and in one of a million."""

import http.client
import json
import os
import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode

FILL = ["cargo", "run", "--release", "--locked", "-q", "-p", "catalog", "--example", "library", "--"]
SORTS = [(field, order) for field in ["displayName", "updatedDate", "sizeInBytes"] for order in ["ASC", "DESC"]]
SEARCHES = ["nothing like it", "xylophone", "jpg", "img_12", "e", "q", "zz", "北京", "スキ", "sunset", "sunset river", "image/png"]
ROUNDS = 200
WRITERS = 8
# Seconds after which a connection may be closed by the server.
IDLE = 10


def fill(folder, files, trees=()):
    """A data folder with a library of so many files, and beside them trees of folders with so many files each."""
    subprocess.run([*FILL, str(folder), str(files), "fill", *map(str, trees)], check=True, stdout=subprocess.DEVNULL)


class Client:
    """Asks for pages and takes the time of each."""

    def __init__(self, server):
        self.server, self.connection = server, http.client.HTTPConnection(server.host)
        self.used = time.monotonic()
        self.headers = {"Authorization": server.key}

    def ask(self, verb, path, body=None):
        # The server gives up on connections that are idle for long; another one is opened by itself.
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
        self.used = time.monotonic()
        began = time.perf_counter()
        self.connection.request(verb, "/site-media" + path, body and json.dumps(body), self.headers)
        reply = self.connection.getresponse()
        text = reply.read()
        took = time.perf_counter() - began
        assert reply.status == 200, text
        return text, took * 1e3

    def list(self, paging, sort=("updatedDate", "DESC")):
        return self.ask("GET", "/v1/files?" + urlencode({
            "sort.fieldName": sort[0], "sort.order": sort[1], **{f"paging.{name}": value for name, value in paging.items()}}))

    def search(self, text, paging):
        return self.ask("POST", "/v1/files/search", {"search": text, "paging": paging})

    def page(self, first, following, number):
        """The paging of page `number` from 1, or of the last one, whichever comes first; and the slowest on the way."""
        paging, slowest = {"limit": 100}, 0
        reply, _ = first(paging)
        for _ in range(number - 1):
            cursor = json.loads(reply)["nextCursor"]
            if not cursor.get("hasNext"):
                break
            paging = {"limit": 100, "cursor": cursor["cursors"]["next"]}
            reply, took = following(paging)
            slowest = max(slowest, took)
        return paging, slowest


def percentiles(ask):
    [ask() for _ in range(20)]
    times = sorted(ask()[1] for _ in range(ROUNDS))
    return times[len(times) // 2], times[len(times) * 99 // 100]


def lists(client):
    """By sort and place: p50 and p99 in ms."""
    found = {}
    for sort in SORTS:
        found[f"list {' '.join(sort)}, first page"] = percentiles(lambda: client.list({"limit": 100}, sort))
    for sort in SORTS:
        last, _ = client.page(lambda paging: client.list(paging, sort), client.list, 1 << 30)
        found[f"list {' '.join(sort)}, last page"] = percentiles(lambda: client.list(last))
    return found


def lists_beside_writers(client, folder):
    """The same first pages while others rename files as fast as they can."""
    ids = folder / "ids"
    ids.write_text("\n".join(file["id"] for file in json.loads(client.list({"limit": 200})[0])["files"]))
    command = ["wrk", "-t1", f"-c{WRITERS}", "-d600s", "-s", str(Path(__file__).parent / "update.lua"), client.server.url]
    environment = os.environ | {"BENCH_IDS": str(ids), "BENCH_KEY": client.server.key}
    writers = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        time.sleep(1)
        return {f"list {' '.join(sort)}, first page, {WRITERS} writers": percentiles(lambda: client.list({"limit": 100}, sort))
                for sort in SORTS}
    finally:
        writers.terminate()
        writers.wait()


def searches(client):
    found = {}
    for text in SEARCHES:
        found[f"search `{text}`, first page"] = percentiles(lambda: client.search(text, {"limit": 100}))
    for text in ["jpg", "e", "北京", "sunset"]:
        again = lambda paging: client.search(text, paging)
        paging, slowest = client.page(again, again, 1000)
        found[f"search `{text}`, page 1000 or the last"] = percentiles(lambda: client.search(text, paging))
        found[f"search `{text}`, slowest page on the way there"] = (slowest, slowest)
    return found


def measure(server, folder):
    """By what was asked: p50 and p99 in ms."""
    client = Client(server)
    return lists(client) | searches(client) | lists_beside_writers(client, folder)
