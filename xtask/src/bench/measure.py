"""Runs a command once and prints what it cost as one JSON object.

Usage: measure.py COMMAND [ARGUMENT ...]
CPU and peak memory come from wait4(2): CPU of the whole process tree, memory of its largest process.
"""

import json
import os
import subprocess
import sys
import time

command = sys.argv[1:]
start = time.monotonic()
process = subprocess.Popen(
    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
)
errors = process.stderr.read()
_, status, usage = os.wait4(process.pid, 0)
wall = time.monotonic() - start
code = os.waitstatus_to_exitcode(status)
if code != 0:
    sys.exit(f"{' '.join(command)} ended with {code}: {errors.decode(errors='replace')[-500:]}")
cost = {
    "wall_ms": wall * 1000,
    "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1000,
    "memory_mib": usage.ru_maxrss / 1024,
}
print(json.dumps(cost))
