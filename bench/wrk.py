"""Load on one server, made by wrk."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


@dataclass
class Load:
    """Requests per second, how many were refused, and times in ms."""

    rate: float
    refused: int
    p50: float
    p99: float


def run(url, clients, seconds, script=None, threads=2, **environment):
    command = ["wrk", f"-t{min(threads, clients)}", f"-c{clients}", f"-d{seconds}s", "--latency", "--timeout", "30s"]
    command += ["-s", HERE / script] if script else []
    shown = subprocess.run([*command, url], env=os.environ | environment, capture_output=True, text=True, check=True).stdout

    def percentile(share):
        number, unit = re.search(rf"^ +{share}% +([\d.]+)(us|ms|s|m) *$", shown, re.MULTILINE).groups()
        return float(number) * UNITS[unit]

    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1])
    return Load(rate, int(refused[1]) if refused else 0, percentile(50), percentile(99))
