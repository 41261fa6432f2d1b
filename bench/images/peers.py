"""The image servers that are compared. Each serves one folder of originals, keeps no result, and uses both cores."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import memory

ROOT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "media-manager/bench"
PYTHON = ROOT / "thumbor/bin/python"
IPX = Path(__file__).parent / "ipx"
# What image-kit asks for whenever it makes something smaller.
SHARPEN = "usm_0.66_1.00_0.01"
THUMBOR = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = "{}"
STORAGE = "thumbor.storages.no_storage"
ALLOW_UNSAFE_URL = True
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree(pid):
    """A process and all that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in tree(int(child)))]


class Peer:
    """A published server, started on one folder."""

    def __init__(self, originals, place):
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        command, environment = self.command(originals, place)
        self.process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{self.name()} doesn't start")

    def peak(self):
        """MiB; what its processes share counts for each of them."""
        return sum(memory.of_pid(pid, "VmHWM") for pid in tree(self.process.pid))

    def stop(self):
        # Those of thumbor's processes that do the work survive a kinder signal.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Ipx(Peer):
    """Two processes, with which it is fastest: one takes about half of the memory, and answers 5 to 30 % fewer requests.

    Of its two ways to sharpen it is asked for the fast one.
    """

    @staticmethod
    def name():
        version = lambda package: json.loads((IPX / "node_modules" / package / "package.json").read_text())["version"]
        return f"ipx {version('ipx')} (sharp {version('sharp')})"

    def command(self, originals, _):
        return ["node", IPX / "server.mjs", originals, str(self.port), "2"], {}

    @staticmethod
    def path(original, target, form, quality, width, height):
        fit = {"fit": "fit_inside", "fill": "fit_cover,sharpen_true"}[target]
        return f"/{fit},s_{width}x{height},f_{'jpeg' if form == 'jpg' else form},q_{quality}/{original}"


class Oximg(Peer):
    """It neither crops nor sharpens, so it is asked for what fits only."""

    @staticmethod
    def name():
        listed = json.loads((ROOT / ".crates2.json").read_text())["installs"]
        return next(re.match(r"oximg [\d.]+", package)[0] for package in listed if package.startswith("oximg "))

    def command(self, originals, _):
        return [ROOT / "bin/oximg"], {"IMAGES_DIR": str(originals), "PORT": str(self.port), "OXIMG_BIND": "127.0.0.1",
                                     "OXIMG_OPTIONS_PREFIX": "/image"}

    @staticmethod
    def path(original, target, form, quality, width, height):
        if target != "fit":
            return None
        form = "jpeg" if form == "jpg" else form
        return f"/image/width={width},height={height},quality={quality},format={form}/{original}"


class Thumbor(Peer):
    @staticmethod
    def name():
        shown = subprocess.run([ROOT / "thumbor/bin/thumbor", "--version"], capture_output=True, text=True, check=True)
        return "thumbor " + re.search(r"[\d.]+\d", shown.stdout + shown.stderr)[0]

    def command(self, originals, place):
        settings = place / "thumbor.conf"
        settings.write_text(THUMBOR.format(originals))
        return [ROOT / "thumbor/bin/thumbor", "--processes", "2", "--ip", "127.0.0.1", "--port", str(self.port),
                "--conf", settings, "--log-level", "error"], {}

    @staticmethod
    def path(original, target, form, quality, width, height):
        size = f"{'fit-in/' if target == 'fit' else ''}{width}x{height}"
        sharpen = ":sharpen(1.0,0.66,true)" if target == "fill" else ""
        return f"/unsafe/{size}/filters:format({'jpeg' if form == 'jpg' else form}):quality({quality}){sharpen}/{original}"


class Here:
    """The release binary, with the same originals uploaded to a library of its own."""

    def __init__(self, server, originals):
        self.server, self.process, self.host = server, server.process, server.host
        self.ids = {original.name: self.upload(original) for original in originals.iterdir()}

    @staticmethod
    def name():
        return "here"

    def upload(self, original):
        connection = http.client.HTTPConnection(self.host)
        kind = "image/" + {".jpg": "jpeg"}.get(original.suffix, original.suffix[1:])
        asked = {"mimeType": kind, "fileName": original.name}
        url = self.server.call(connection, "/v1/files/generate-upload-url", asked)["uploadUrl"]
        file = self.server.put(url.removeprefix(self.server.url), original.read_bytes())
        while file["operationStatus"] != "READY":
            assert file["operationStatus"] == "PENDING", file
            time.sleep(0.05)
            connection.request("GET", f"/site-media/v1/files/get-file-by-id?fileId={file['id']}", headers={"Authorization": self.server.key})
            file = json.loads(connection.getresponse().read())["file"]
        return file["id"]

    def path(self, original, target, form, quality, width, height):
        sharpen = f",{SHARPEN}" if target == "fill" else ""
        return f"/media/{self.ids[original]}/v1/{target}/w_{width},h_{height},q_{quality}{sharpen}/x.{form}"

    def peak(self):
        return memory.of_pid(self.process.pid, "VmHWM")

    def stop(self):
        self.server.stop()


PEERS = [Ipx, Oximg, Thumbor]


def get(server, path):
    """The bytes of the reply."""
    connection = http.client.HTTPConnection(server.host)
    connection.request("GET", path)
    reply = connection.getresponse()
    body = reply.read()
    assert reply.status == 200, (server.name(), path, reply.status, body[:200])
    return body
