#!/usr/bin/env python3
"""Writes a log as fast as a busy service, rotates it, and watches `why4xx -f` follow it.

Usage: tests/load/follow.py PROGRAM [--seconds 600] [--rate 50000] [--rotate 20]

One line in a thousand is a failed call with a request id of its own. Checks that each failed call is told
exactly once, that the last ones are told soon after they were written, and that memory does not grow.
Needs nothing but Python on Linux.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# Largest growth of resident memory from the first quarter of the run to its end; a warm-up of so many bytes
# is none.
MAX_GROWTH = 1.25
WARM_UP = 24_000_000
# Between a line and what is told of it, in seconds: a record is complete after a quarter of a second.
MAX_LAG = 5.0
EVERY = 1000


def lines(first, count, stamp):
    """Lines of a service; every thousandth is a failed call."""
    out = []
    for number in range(first, first + count):
        if number % EVERY:
            out.append(f"{stamp} INFO app.jobs [indexer] job {number} done, took {number % 977} ms, queue depth {number % 31}\n")
        else:
            out.append(f"{stamp} ERROR app.llm [indexer] Error code: 429 - {{'error': {{'message': 'Rate limit reached for gpt-4o-mini "
                       f"in organization org-SYNTHETIC on tokens per min (TPM): Limit 30000, Used 29450, Requested 2140. Please try again "
                       f"in 4.2s.', 'type': 'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}}} (request_id: req_{number:032x})\n")
    return "".join(out)


class Reader(threading.Thread):
    """Takes what the program says, with the time at which it said it."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.told, self.report = stream, [], None

    def run(self):
        for line in self.stream:
            now = time.monotonic()
            said = json.loads(line)
            if said["live"] == "call":
                self.told.append((said["call"]["request_id"], now))
            elif said["live"] == "report":
                self.report = said["report"]


def resident(process):
    """Resident memory in bytes."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--rotate", type=int, default=20, help="seconds between rotations")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "app.log"
        log.write_text("")
        program = [str(Path(asked.program).resolve()), "-f", "--format", "ndjson", "app.log"]
        process = subprocess.Popen(program, cwd=folder, stdout=subprocess.PIPE, text=True)
        reader = Reader(process.stdout)
        reader.start()
        time.sleep(3)
        written, memory, number, turn = {}, [], 0, 0
        step = asked.rate // 10
        start = time.monotonic()
        out = log.open("a")
        for tick in range(asked.seconds * 10):
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            text = lines(number, step, stamp)
            out.write(text)
            out.flush()
            now = time.monotonic()
            for failed in range(-(-number // EVERY) * EVERY, number + step, EVERY):
                written[f"req_{failed:032x}"] = now
            number += step
            if tick % 10 == 9:
                memory.append(resident(process))
            if tick % (asked.rotate * 10) == asked.rotate * 10 - 1:
                # As logrotate does it: rename, and a little later the service opens a new file.
                log.rename(log.with_name(f"app.log.{turn}"))
                out.write("2026-11-16T09:00:00Z INFO app last line of this file\n")
                out.close()
                out = log.open("a")
                if turn > 1:
                    log.with_name(f"app.log.{turn - 2}").unlink()
                turn += 1
            left = start + (tick + 1) / 10 - time.monotonic()
            if left > 0:
                time.sleep(left)
        took = time.monotonic() - start
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        status = process.wait(60)
        reader.join(10)
    return judge(asked, reader, written, memory, (number, took, turn, status))


def judge(asked, reader, written, memory, run):
    number, took, turn, status = run
    told = [name for name, _ in reader.told]
    lags = sorted(now - written[name] for name, now in reader.told if name in written)
    quarter = max(memory[: max(len(memory) // 4, 1)])
    growth = max(memory[-max(len(memory) // 4, 1):]) / quarter
    failed = reader.report["totals"]["failed"] if reader.report else None
    print(f"{number:,} lines in {took:.0f} s ({number / took:,.0f} a second), {turn} rotations")
    print(f"{len(written):,} failed calls written, {len(told):,} told, {failed} in the report")
    print(f"told after {lags[len(lags) // 2]:.2f} s (median), {lags[-1]:.2f} s (at most)" if lags else "nothing told")
    print(f"resident memory: {quarter / 1e6:.1f} MB in the first quarter, at most {max(memory) / 1e6:.1f} MB; growth {growth:.2f}")
    wrong = []
    if sorted(map(str, told)) != sorted(written) or failed != len(written):
        wrong.append("a failed call was lost, or told twice")
    if number / took < asked.rate * 0.95:
        wrong.append("this machine cannot write that fast; nothing is proven")
    if not lags or lags[-1] > MAX_LAG:
        wrong.append("the program does not keep up")
    if growth > MAX_GROWTH and max(memory) - quarter > WARM_UP:
        wrong.append("memory grows")
    if status != 130:
        wrong.append(f"exit status {status}")
    print("\n".join(wrong) or "nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
