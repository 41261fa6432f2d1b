"""The memory of a process."""

import re
from pathlib import Path


def of(process, name):
    """VmRSS or VmHWM, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(name + r":\s+(\d+)", status)[1]) / 1024
