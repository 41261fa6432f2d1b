"""Videos: how long it takes until one plays, and until all of it is made, beside the plain ffmpeg command for the same sizes;
and how fast segments go out, beside nginx."""

import http.client
import json
import os
import re
import statistics
import subprocess
import time
from pathlib import Path

import nginx
import wrk

SECONDS = 60
ROUNDS = 3
RATES = {"1080p": 5_000, "720p": 2_800, "480p": 1_400, "360p": 800, "240p": 400, "144p": 200}
SIZES = {"1080p": (1920, 1080), "720p": (1280, 720), "480p": (854, 480), "360p": (640, 360), "240p": (426, 240), "144p": (256, 144)}


def clip(corpus, to):
    """A minute of real photographs that the camera moves over, with grain and a voice of noise, as a phone would store it."""
    photographs = ["scikit-image/astronaut.png", "scikit-image/chelsea.png", "scikit-image/coffee.png", "scikit-image/rocket.jpg",
                   "iscc-samples/image/demo.jpg", "scikit-image/motorcycle_left.png"]
    inputs, filters = [], []
    for number, name in enumerate(photographs):
        inputs += ["-loop", "1", "-framerate", "30", "-t", str(SECONDS / len(photographs)), "-i", str(corpus / name)]
        filters.append(
            f"[{number}]scale=3840:2160:force_original_aspect_ratio=increase,crop=3840:2160,"
            f"crop=1920:1080:'(iw-ow)*(0.5+0.5*sin(t/2+{number}))':'(ih-oh)*(0.5+0.5*cos(t/3))',setsar=1,format=yuv420p[v{number}]")
    joined = "".join(f"[v{number}]" for number in range(len(photographs)))
    filters.append(f"{joined}concat=n={len(photographs)}:v=1:a=0,noise=alls=7:allf=t[v]")
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, "-f", "lavfi", "-t", str(SECONDS), "-i", "anoisesrc=color=pink:amplitude=0.3",
         "-filter_complex", ";".join(filters), "-map", "[v]", "-map", f"{len(photographs)}:a", "-c:v", "libx264", "-preset", "ultrafast",
         "-b:v", "17M", "-maxrate", "20M", "-bufsize", "20M", "-g", "30", "-c:a", "aac", "-b:a", "128k", str(to)], check=True)


def plain(source, folder):
    """The plain command: every size of one decoding, the sound once, the same encoder with the same settings."""
    names = list(SIZES)
    filters = f"[0:v]split={len(names)}" + "".join(f"[s{name}]" for name in names)
    filters += "".join(f";[s{name}]scale={w}:{h}:flags=bicubic[v{name}]" for name, (w, h) in SIZES.items())
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(source), "-filter_complex", filters]
    for name in names:
        command += ["-map", f"[v{name}]", "-c:v", "libx264", "-profile:v", "high", "-preset", "veryfast", "-crf", "23",
                    "-maxrate", f"{RATES[name]}k", "-bufsize", f"{RATES[name] * 2}k", "-force_key_frames", "expr:gte(t,n_forced*4)",
                    "-x264-params", "keyint=infinite:min-keyint=1:scenecut=0:open-gop=0",
                    "-movflags", "+cmaf+frag_keyframe+global_sidx", "-f", "mp4", str(folder / f"{name}.mp4")]
    command += ["-map", "0:a", "-c:a", "aac", "-b:a", "128k", "-movflags", "+cmaf+global_sidx", "-frag_duration", "4000000",
                "-f", "mp4", str(folder / "audio.mp4")]
    began = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - began


def made(server, source):
    """Uploads a video; seconds until it plays, until all renditions are there, and until all of it is; and what came of it."""
    [path] = server.issue(8, mimeType="video/mp4")[:1]
    began = time.monotonic()
    with source.open("rb") as body:
        file = server.put(path, body, source.stat().st_size)
    connection = http.client.HTTPConnection(server.host)
    plays = renditions = None
    while True:
        connection.request("GET", f"/site-media/v1/files/get-file-by-id?fileId={file['id']}", headers={"Authorization": server.key})
        file = json.loads(connection.getresponse().read())["file"]
        video, now = file.get("media", {}).get("video", {}), time.monotonic() - began
        assert file["operationStatus"] != "FAILED", file
        if file["operationStatus"] == "READY":
            plays = plays or now
            if not renditions and not any(name.endswith("p") for name in video.get("pending", [])):
                renditions = now
            if "pending" not in video:
                return plays, renditions, now, video
        time.sleep(0.05)


def delete(server, id):
    """For good, so that nothing is left that the next one would find."""
    connection = http.client.HTTPConnection(server.host)
    server.call(connection, "/v1/bulk/files/delete", {"fileIds": [id], "permanent": True})


def measure(server, folder, rows):
    corpus = os.environ.get("MEDIA_MANAGER_CORPUS") or subprocess.run(
        ["sh", "scripts/corpus.sh"], capture_output=True, text=True, check=True).stdout.strip()
    source = folder / "clip.mp4"
    clip(Path(corpus), source)
    peer = folder / "plain"
    peer.mkdir()
    ours, theirs, video = [], [], None
    for _ in range(ROUNDS):
        if video:
            delete(server, video["id"])
        *times, video = made(server, source)
        ours.append(times)
        theirs.append(plain(source, peer))
    plays, renditions, whole = (statistics.median(values) for values in zip(*ours))
    bare = statistics.median(theirs)
    rows.append((f"{SECONDS} s of 1080p in six sizes: upload until all of them are there", f"{renditions:.1f} s",
                 f"the plain ffmpeg command {bare:.1f} s: {renditions / bare:.2f} of it", "1.05 of ffmpeg"))
    rows.append(("the same, until it plays in 720p", f"{plays:.1f} s", f"of the whole: {plays / renditions:.2f}", "0.4 of the whole"))
    rows.append(("the same, until storyboard and preview are there, too", f"{whole:.1f} s", "", ""))
    segments(server, folder, video, rows)


def segments(server, folder, video, rows):
    """Segments of one file in turn, as a player asks for them: by ranges."""
    stream = next(one["url"] for one in video["resolutions"] if one["format"] == "hls")
    playlist = subprocess.run(["curl", "-s", "-f", stream.replace("master.m3u8", "720p.m3u8")], capture_output=True, text=True, check=True).stdout
    ranges = [(int(start), int(start) + int(length) - 1) for length, start in re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)", playlist)]
    name = re.search(r"^(720p\.mp4\?v=\w+)$", playlist, re.MULTILINE)[1]
    url = stream.replace("master.m3u8", name)
    www = folder / "www"
    www.mkdir()
    subprocess.run(["curl", "-s", "-f", "-o", str(www / "720p.mp4"), url], check=True)
    (folder / "ranges").write_text("\n".join(f"bytes={start}-{end}" for start, end in ranges))
    environment = {"BENCH_RANGES": str(folder / "ranges")}
    mean = sum(end - start + 1 for start, end in ranges) / len(ranges)
    with nginx.serving(www, folder) as peer_url:
        for clients in [1, 16, 64]:
            ours, theirs = [], []
            for _ in range(3):
                ours.append(wrk.run(url, clients, 4, "ranges.lua", **environment).rate)
                theirs.append(wrk.run(f"{peer_url}/720p.mp4", clients, 4, "ranges.lua", **environment).rate)
            mine, peer = statistics.median(ours), statistics.median(theirs)
            rows.append((f"segments of {mean / 1024:,.0f} KiB of one file, {clients} clients", f"{mine:,.0f}/s",
                         f"nginx {peer:,.0f}/s: {mine / peer:.2f} of it", "0.8 of nginx"))
    before = server.memory("VmRSS")
    for _ in range(3):
        wrk.run(url, 64, 4, "ranges.lua", **environment)
    after = server.memory("VmRSS")
    rows.append(("memory: 64 clients stream for 12 s more", f"{after - before:+.0f} MiB", f"of {before:.0f} MiB", "flat"))
