"""Folders moved, trashed and restored over HTTP, with ten, ten thousand and a million files in them.

Beside them the site has a library that is older than what is in the folders, and less than a page of files in the trash.
So whoever asks for the newest files of either tree meets those of the folder that has just left it first, which is the
worst case for a page while stamps are behind.
"""

import json
import sqlite3
import statistics
import threading
import time
from urllib.parse import urlencode

from library import Client

LIBRARY = 100_000
SIZES = [10, 10_000, 1_000_000]
ROUNDS = 100
# Less than a page: what is renamed is the newest from then on.
FEW = 50
PAGE = 100
MOST = SIZES[-1]
# Seconds for which is watched what others wait: before a folder moves, and at the most while it is stamped.
BEFORE = 10
LONGEST = 60
SEARCHES = [(f"searchFiles {root}, {words}", {"rootFolder": root, **what})
            for root in ["MEDIA_ROOT", "TRASH_ROOT"]
            for words, what in [
                ("newest first", {"sort": {"fieldName": "updatedDate", "order": "DESC"}}),
                ("oldest first", {"sort": {"fieldName": "updatedDate", "order": "ASC"}}),
                ("`sunset`", {"search": "sunset"})]]


class Stamps:
    """Knows, from the catalog itself, what is left to do after a change."""

    def __init__(self, catalog):
        self.connection = sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)

    def none(self, rows):
        return self.connection.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {rows})").fetchone()[0] == 1

    def are_right(self):
        """Whether all rows are stamped with the tree that they are in."""
        return self.none("unsettled")

    def wait_for_search(self):
        """Until the search index holds what was filled in: what is left of that would be measured as well."""
        while not self.none("files WHERE document IS NULL AND root < 3"):
            time.sleep(0.1)

    def wait(self, longest=float("inf")):
        """Until they are, or for so many seconds."""
        end = time.monotonic() + longest
        while not self.are_right() and time.monotonic() < end:
            time.sleep(0.002)


def tree(files):
    """The id of the folder with so many files, as the catalog's example names it."""
    return f"{files:016x}{0:016x}"


class Library:
    """A site with folders, and somebody who calls."""

    def __init__(self, server, catalog):
        self.server, self.client, self.stamps = server, Client(server), Stamps(catalog)
        self.stamps.wait_for_search()
        reply, _ = self.client.ask("POST", "/v1/folders", {"displayName": "shelf"})
        self.shelf = json.loads(reply)["folder"]["id"]
        files = self.ids(2 * FEW)
        self.renamed, trashed = files[:FEW], files[FEW:]
        self.client.ask("POST", "/v1/bulk/files/delete", {"fileIds": trashed})

    def ids(self, count):
        reply, _ = self.client.list({"limit": count})
        return [file["id"] for file in json.loads(reply)["files"]]

    def move(self, files, parent):
        return self.client.ask("PATCH", f"/v1/folders/{tree(files)}", {"folder": {"parentFolderId": parent}})[1]

    def trash(self, files):
        return self.client.ask("POST", "/v1/bulk/folders/delete", {"folderIds": [tree(files)]})[1]

    def restore(self, files):
        return self.client.ask("POST", "/v1/bulk/trash-bin/folders/restore", {"folderIds": [tree(files)]})[1]


def calls(site):
    """By what was called and for how many files: the times in ms."""
    found = {}
    # The first rounds warm up.
    for number in range(-3, ROUNDS):
        for files in SIZES:
            took = {"move to another folder": site.move(files, site.shelf), "move back": site.move(files, "media-root"),
                    "trash": site.trash(files), "restore at once": site.restore(files)}
            site.stamps.wait()
            if files < MOST and number % 3 == 0:
                site.trash(files)
                site.stamps.wait()
                took["restore when all is stamped"] = site.restore(files)
                site.stamps.wait()
            for what, time_of in took.items():
                if number >= 0:
                    found.setdefault(what, {}).setdefault(files, []).append(time_of)
    return found


def stamped_after(site, call, files):
    """The call's time in ms, and seconds from its beginning until all that the folder holds is stamped."""
    began = time.monotonic()
    took = call(files)
    site.stamps.wait()
    seconds = time.monotonic() - began
    return took, seconds


def ask_in_turn(client, found, stop):
    """Asks for the first pages one after the other, again and again."""
    root = urlencode({"parentFolderId": "trash-root", "paging.limit": PAGE})
    while not stop.is_set():
        found.setdefault("listFiles MEDIA_ROOT", []).append(client.list({"limit": PAGE})[1])
        found.setdefault("listFiles TRASH_ROOT", []).append(client.ask("GET", f"/v1/files?{root}")[1])
        for what, request in SEARCHES:
            took = client.ask("POST", "/v1/files/search", request | {"paging": {"limit": PAGE}})[1]
            found.setdefault(what, []).append(took)


def rename_in_turn(client, ids, found, stop):
    number = 0
    while not stop.is_set():
        number += 1
        file = {"id": ids[number % len(ids)], "displayName": f"renamed {number}.txt"}
        took = client.ask("PATCH", "/v1/files/update-file-descriptor", {"file": file})[1]
        found.setdefault("a rename", []).append(took)


def beside(site, work):
    """What others wait while `work` runs, one who reads and one who writes, by what they ask: the times in ms."""
    found, stop = {}, threading.Event()
    others = [threading.Thread(target=ask_in_turn, args=(Client(site.server), found, stop)),
              threading.Thread(target=rename_in_turn, args=(Client(site.server), site.renamed, found, stop))]
    [other.start() for other in others]
    try:
        work()
    finally:
        stop.set()
        [other.join() for other in others]
    return found


def percentiles(times):
    times = sorted(times)
    return times[len(times) // 2], times[len(times) * 99 // 100]


def shown(times):
    return "p50 {:.1f} ms, p99 {:.1f} ms".format(*percentiles(times))


def add_calls(site, rows):
    for what, by_size in calls(site).items():
        few, *more = by_size
        for files in more:
            ratio = percentiles(by_size[files])[0] / percentiles(by_size[few])[0]
            rows.append((f"{what}: a folder of {files:,} files", shown(by_size[files]),
                         f"of {few} files {shown(by_size[few])}: {ratio:.2f} of it", "within 2 of ten files"))


def add_stamped(rows, files, what, took, seconds):
    rows.append((f"until all {files:,} files of a {what} folder are stamped",
                 f"{seconds:.2f} s, {files / seconds:,.0f}/s; the call {took:.1f} ms", "", ""))


def add_small(site, rows):
    steps = [("trashed", site.trash), ("restored", site.restore)]
    found = [[stamped_after(site, call, 10_000) for _, call in steps] for _ in range(5)]
    for (what, _), measured in zip(steps, zip(*found)):
        add_stamped(rows, 10_000, what, *(statistics.median(values) for values in zip(*measured)))


def add_alone(site, rows, what, call):
    add_stamped(rows, MOST, what, *stamped_after(site, call, MOST))


def add_beside(site, rows, what, call):
    before = beside(site, lambda: time.sleep(BEFORE))

    def work():
        call(MOST)
        site.stamps.wait(LONGEST)

    meanwhile = beside(site, work)
    for asked, times in sorted(meanwhile.items()):
        rows.append((f"{asked}, while a {what} folder of {MOST:,} files is stamped", f"{shown(times)} ({len(times):,} times)",
                     f"before {shown(before[asked])}", "p99 under 30 ms"))
    site.stamps.wait()
    site.client.connection.close()


def measure(server, catalog, rows):
    site = Library(server, catalog)
    add_calls(site, rows)
    add_small(site, rows)
    steps = [("trashed", site.trash), ("restored", site.restore)]
    for add in [add_beside, add_alone]:
        for what, call in steps:
            add(site, rows, what, call)
