"""Resumable uploads (TUS), beside two published servers: @tus/server of npm and the crate rustus.

What we have answered is on the disk. The peers leave that to the system, and are not told otherwise.
"""

import base64
import http.client
import json
import os
import resource
import select
import socket
import statistics
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import memory

NPM = Path(__file__).parent / "tus"
RUSTUS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "media-manager/bench/bin/rustus"
ROUNDS = 3
LONG = 1 << 30
SHARE = 16 << 20
CLIENTS = 64
SLOW = 10_000
SLOW_LENGTH = 100_000
HEAD = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


def create(connection, path, length, headers):
    """Begins an upload; the path of its URL."""
    connection.request("POST", path, headers=TUS | {"Upload-Length": str(length), "Content-Length": "0"} | headers)
    reply = connection.getresponse()
    text = reply.read()
    assert reply.status == 201, text
    return urlsplit(reply.headers["Location"]).path


class Here:
    """The release binary."""

    name = "here"

    def __init__(self, server):
        self.server, self.process, self.host = server, server.process, server.host

    def begin(self, connection, length):
        issued = self.server.call(connection, "/v1/files/generate-resumable-upload-url", {"mimeType": "video/mp4"})
        token = base64.b64encode(issued["uploadToken"].encode()).decode()
        return create(connection, urlsplit(issued["uploadUrl"]).path, length, {"Upload-Metadata": f"token {token}"})

    def forget(self):
        """Nothing: what is here has long been written."""


class Peer:
    """A published server, with a folder of its own."""

    def __init__(self, name, folder, command):
        self.name, self.folder = name, folder
        folder.mkdir()
        port = free_port()
        self.host = f"127.0.0.1:{port}"
        self.process = subprocess.Popen(command(folder, str(port)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{name} doesn't start")

    def begin(self, connection, length):
        return create(connection, "/files", length, {})

    def forget(self):
        """Removes what was uploaded, before anybody has to write it to the disk."""
        [file.unlink() for file in self.folder.iterdir()]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def npm_server(folder, port):
    return ["node", NPM / "server.mjs", folder, port]


def rustus(folder, port):
    # It keeps each PATCH in memory until all of it is there, and refuses those over 256 KiB unless told otherwise.
    return [RUSTUS, "--host", "127.0.0.1", "--port", port, "--data-dir", folder, "--info-dir", folder,
            "--max-body-size", str(LONG), "--log-level", "ERROR"]


@contextmanager
def peers(place):
    version = json.loads((NPM / "node_modules/@tus/server/package.json").read_text())["version"]
    shown = subprocess.run([RUSTUS, "--version"], capture_output=True, text=True, check=True).stdout
    started = []
    try:
        started.append(Peer(f"@tus/server {version}", place / "npm", npm_server))
        started.append(Peer(shown.strip().lower(), place / "rustus", rustus))
        yield started
    finally:
        [peer.stop() for peer in started]


def video(path, size):
    with path.open("wb") as file:
        file.write(HEAD)
        block = os.urandom(1 << 20)
        while file.tell() < size:
            file.write(block[:size - file.tell()])
    return path


def begin(target, count, length):
    """Begins so many uploads from eight clients, or one from one; their paths."""
    clients = min(8, count)

    def work(share):
        connection = http.client.HTTPConnection(target.host)
        return [target.begin(connection, length) for _ in share]

    with ThreadPoolExecutor(clients) as pool:
        shares = pool.map(work, [range(client, count, clients) for client in range(clients)])
        return [path for share in shares for path in share]


def send_one(target, source):
    """Seconds that curl takes to send it in one PATCH."""
    [path] = begin(target, 1, LONG)
    # "Expect:" keeps curl from waiting for a go-ahead, which not every server gives.
    headers = [part for name, value in PIECE.items() for part in ["-H", f"{name}: {value}"]] + ["-H", "Expect:"]
    command = ["curl", "-s", "-S", "-X", "PATCH", "-T", str(source), *headers, "-w", "%{http_code} %header{upload-offset}"]
    began = time.monotonic()
    shown = subprocess.run([*command, f"http://{target.host}{path}"], capture_output=True, text=True, check=True).stdout
    took = time.monotonic() - began
    assert shown == f"204 {LONG}", (target.name, shown)
    return took


def send_many(target, source):
    """Seconds from the first byte to the last reply, when it is sent by all clients at once, each to an upload of its own."""
    began = []
    start = threading.Barrier(CLIENTS, lambda: began.append(time.monotonic()), timeout=60)

    def work(path):
        connection = http.client.HTTPConnection(target.host)
        connection.connect()
        connection.putrequest("PATCH", path)
        for name, value in (PIECE | {"Content-Length": str(SHARE)}).items():
            connection.putheader(name, value)
        with source.open("rb") as file:
            start.wait()
            connection.endheaders()
            # Costs this side next to nothing, so that the servers have the cores.
            connection.sock.sendfile(file)
        reply = connection.getresponse()
        assert (reply.status, reply.headers["Upload-Offset"]) == (204, str(SHARE)), (target.name, reply.read())
        connection.close()

    paths = begin(target, CLIENTS, SHARE)
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, paths))
    return time.monotonic() - began[0]


def compare(targets, size, send):
    """By target: MB/s, and the peak memory over idle in MiB."""
    idle = {target: memory.of(target.process, "VmRSS") for target in targets}
    rates = {target: [] for target in targets}
    for _ in range(ROUNDS):
        for target in targets:
            # Or a sync of ours would also write what a peer has left to the system.
            os.sync()
            rates[target].append(size / 1e6 / send(target))
            target.forget()
    return {target.name: (statistics.median(rates[target]), memory.of(target.process, "VmHWM") - idle[target])
            for target in targets}


def add(rows, what, measured):
    (rate, peak), *others = measured.values()
    names = list(measured)[1:]
    fastest, smallest = max(other[0] for other in others), min(other[1] for other in others)
    speeds = ", ".join(f"{name} {other[0]:,.0f} MB/s" for name, other in zip(names, others))
    peaks = ", ".join(f"{name} {other[1]:,.0f} MiB" for name, other in zip(names, others))
    rows.append((f"{what}, durable", f"{rate:,.0f} MB/s", f"not durable: {speeds}: {rate / fastest:.2f} of the faster", ""))
    rows.append((f"peak memory over idle: {what}", f"{peak:,.0f} MiB", f"{peaks}: {peak / smallest:.2f} of the smaller", "under 64 MiB"))


def tus_long(server, place, rows):
    source = video(place / "long.mp4", LONG)
    with peers(place) as others:
        add(rows, "TUS upload of 1 GiB", compare([Here(server), *others], LONG, lambda target: send_one(target, source)))


def tus_parallel(server, place, rows):
    source = video(place / "share.mp4", SHARE)
    with peers(place) as others:
        measured = compare([Here(server), *others], SHARE * CLIENTS, lambda target: send_many(target, source))
    add(rows, f"{CLIENTS} TUS uploads of 16 MiB at once", measured)


def raise_file_limit(pid):
    """Lets a process have the file handles that this takes, or as many as we may give; how many."""
    _, most = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    for wanted in [max(most, 3 * SLOW), most]:
        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (wanted, wanted))
            return wanted
        except (PermissionError, ValueError):
            pass


def slow_client(host, path):
    address, port = host.split(":")
    client = socket.create_connection((address, int(port)))
    headers = "".join(f"{name}: {value}\r\n" for name, value in PIECE.items())
    head = f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {SLOW_LENGTH}\r\n\r\n"
    client.sendall(head.encode() + HEAD.ljust(1000, b"\0"))
    return client


def send_more(clients):
    [client.sendall(bytes(100)) for client in clients]


def open_all(server, paths, clients):
    for path in paths:
        clients.append(slow_client(server.host, path))
        # The first ones would be idle for too long if they waited for the last one.
        if len(clients) % 1000 == 0:
            send_more(clients)


def watch(server, clients):
    """The most memory that was taken while each client sends a little every few seconds, in MiB."""
    ended, most = select.poll(), 0
    [ended.register(client, select.POLLIN) for client in clients]
    for _ in range(5):
        send_more(clients)
        time.sleep(2)
        most = max(most, memory.of(server.process, "VmRSS"))
        assert not ended.poll(0), "an upload was ended"
    return most


def offset(server, path):
    connection = http.client.HTTPConnection(server.host)
    connection.request("HEAD", path, headers=TUS)
    return int(connection.getresponse().headers["Upload-Offset"])


def tus_slow(server, place, rows):
    # An upload has two handles: its connection and its file.
    handles = min(raise_file_limit(server.process.pid), raise_file_limit(os.getpid()))
    count = min(SLOW, (handles - 200) // 2)
    idle = memory.of(server.process, "VmRSS")
    paths, clients = begin(Here(server), count, SLOW_LENGTH), []
    try:
        open_all(server, paths, clients)
        most = watch(server, clients)
    finally:
        [client.close() for client in clients]
    # They were not only accepted: what they sent has arrived.
    assert all(offset(server, path) >= 1500 for path in paths[::count // 10])
    limited = "" if count == SLOW else f" (the limit of {handles:,} file handles allows no more)"
    rows.append((f"memory over idle: {count:,} open slow TUS uploads{limited}",
                 f"{most - idle:,.0f} MiB, {(most - idle) * 1024 / count:.0f} KiB each", "", "under 200 MiB"))


PARTS = [tus_long, tus_parallel, tus_slow]
