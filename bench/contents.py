"""What it costs to know what is in files: how long the reply of an upload takes for each kind, whether machines that look at pictures make
uploads of pictures slower, and what a look costs."""

import http.client
import json
import statistics
import time

ROUNDS = 3
PHOTOGRAPHS = ["scikit-image/astronaut.png", "scikit-image/chelsea.png", "scikit-image/coffee.png", "scikit-image/rocket.jpg",
               "iscc-samples/image/demo.jpg", "scikit-image/motorcycle_left.png", "scikit-image/hubble_deep_field.jpg",
               "scikit-image/retina.jpg"]
TEXTS = ["scikit-image/page.png"]
FILES = [("a note of 5 KB", "text/plain", "iscc-samples/text/demo.txt"), ("a PDF of 9 pages", "application/pdf", "iscc-samples/text/demo.pdf"),
         ("a docx of 2 pages", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "iscc-samples/text/demo.docx"),
         ("a drawing", "image/svg+xml", "librsvg2-tests/reftests/svg1.1/pservers-pattern-01-b.svg"),
         ("a font of 760 KB", "font/ttf", "fonts-dejavu-core/DejaVuSans.ttf"), ("a model of 12 triangles", "model/gltf-binary",
                                                                              "assimp-testmodels/glTF2/BoxTextured-glTF-Binary/BoxTextured.glb")]
TYPES = {"png": "image/png", "jpg": "image/jpeg"}


def upload(server, body, mime, name):
    """Milliseconds from the first byte of an upload to its reply, and the file, which is READY then."""
    url = server.call(http.client.HTTPConnection(server.host), "/v1/files/generate-upload-url", {"mimeType": mime, "fileName": name})["uploadUrl"]
    began = time.perf_counter()
    file = server.put(url.removeprefix(server.url), body)
    took = (time.perf_counter() - began) * 1e3
    assert file["operationStatus"] == "READY", file
    return took, file


def photographs(corpus):
    return [((corpus / name).read_bytes(), TYPES[name.rsplit(".", 1)[1]], name.rsplit("/", 1)[1]) for name in PHOTOGRAPHS]


def look(server, file, types):
    """Milliseconds of a look at one picture, by hand."""
    began = time.perf_counter()
    reply = server.call(http.client.HTTPConnection(server.host, timeout=60), "/v1/bulk/files/annotate-images",
                        {"fileIds": [file["id"]], "annotationTypes": types, "overwrite": True})
    assert reply["bulkActionMetadata"]["totalSuccesses"] == 1, json.dumps(reply)
    return (time.perf_counter() - began) * 1e3


def rows(start, corpus, found):
    """Adds rows. `start(name, *options)` is a context with a server."""
    pictures = photographs(corpus)
    with start("with", "--annotations", "on") as seeing, start("without", "--annotations", "off") as blind:
        times = {seeing: [], blind: []}
        for _ in range(ROUNDS):
            for server in times:
                times[server] += [upload(server, *picture)[0] for picture in pictures]
        seen, unseen = (statistics.median(times[server]) for server in (seeing, blind))
        found.append(("upload of a photograph until READY, while machines look at those before it", f"{seen:.1f} ms",
                      f"without machines {unseen:.1f} ms: {seen / unseen:.2f} of it", "no slower"))
        idle = blind.memory("VmRSS")
        files = [upload(blind, *picture)[1] for picture in pictures]
        everything = ["FACES", "LABELS", "CAPTION", "CONTAINS_TEXT"]
        look(blind, files[0], everything)
        looks = [look(blind, file, everything) for _ in range(ROUNDS) for file in files]
        found.append(("all annotations of a photograph without text", f"{statistics.median(looks):.0f} ms", "", "under 300 ms on one core"))
        name = TEXTS[0]
        _, page = upload(blind, (corpus / name).read_bytes(), "image/png", "page.png")
        found.append(("the same of a picture of eight lines of text", f"{statistics.median(look(blind, page, everything) for _ in range(5)):.0f} ms", "", ""))
        found.append(("peak memory over idle while machines look", f"{blind.memory('VmHWM') - idle:.0f} MiB", "", ""))
        for what, mime, path in FILES:
            body = (corpus / path).read_bytes()
            each = [upload(blind, body, mime, path.rsplit("/", 1)[1])[0] for _ in range(15)]
            found.append((f"upload of {what} until READY", f"{statistics.median(each):.1f} ms", "", ""))
