"""How long a line takes from where it is written to where it is read: latency.py COUNT COMMAND...

COMMAND is given a Python program that writes the time, COUNT times, 20 ms apart. Prints the median and the 95th percentile in ms.
"""

import subprocess
import sys
import time

WRITER = "import time\nfor _ in range(%s):\n print(time.time_ns(), flush=True)\n time.sleep(0.02)"


def main(count, command):
    process = subprocess.Popen([*command, "python3", "-c", WRITER % count], stdout=subprocess.PIPE)
    times = []
    for line in process.stdout:
        times.append((time.time_ns() - int(line)) / 1e6)
    if process.wait() != 0 or len(times) != int(count):
        sys.exit("the command failed")
    times.sort()
    print(times[len(times) // 2], times[len(times) * 95 // 100])


main(sys.argv[1], sys.argv[2:])
