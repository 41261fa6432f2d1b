"""Uploads a file with tuspy, stops after the first chunks, and goes on with another uploader."""

import sys

from tusclient.client import TusClient

path, endpoint, token = sys.argv[1:]
client = TusClient(endpoint)
metadata = {"filename": "tuspy.mp4", "contentType": "video/mp4", "token": token}
first = client.uploader(path, chunk_size=1_000_000, metadata=metadata)
first.upload(stop_at=2_500_000)
second = client.uploader(path, chunk_size=1_000_000, url=first.url, upload_checksum=True)
print(second.offset)
second.upload()
