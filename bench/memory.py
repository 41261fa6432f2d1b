"""The memory of a process."""

import re
from pathlib import Path


def of(process, name):
    """VmRSS or VmHWM, in MiB."""
    return of_pid(process.pid, name)


def of_pid(pid, name):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(name + r":\s+(\d+)", status)[1]) / 1024
