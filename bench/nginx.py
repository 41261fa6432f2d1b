"""nginx on one folder: what serving files can cost at the least."""

import os
import subprocess
import time
from contextlib import contextmanager

PORT = 18_499


@contextmanager
def serving(www, place):
    """The URL at which the files of `www` are; `place` is for what nginx writes itself."""
    (place / "nginx.conf").write_text(
        f"daemon off; worker_processes 2; error_log stderr crit; pid {place}/nginx.pid; events {{}}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;"
        f" server {{ listen 127.0.0.1:{PORT}; root {www}; }} }}")
    # Its workers are another user's.
    os.chmod(place, 0o755)
    process = subprocess.Popen(["nginx", "-c", str(place / "nginx.conf"), "-p", str(place)])
    time.sleep(0.5)
    try:
        yield f"http://127.0.0.1:{PORT}"
    finally:
        process.terminate()
        process.wait()
