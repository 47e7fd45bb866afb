"""Killed while settling: the old state or the new one, whole. `benchmarks/kill.py --kills 200` does more."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.shared import ROOT


def test_kill__leaves_the_old_state_or_the_new_one_whole():
    """The benchmark runs as a process of its own: page tests replace ``__main__``, which its children start from."""
    command = [sys.executable, "-m", "benchmarks.kill", "--kills", "15", "--seed", "20261121", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts["faults"] == []
    assert counts["old_state"] + counts["new_state"] == counts["kills"] == 15
    assert counts["rounds"] >= 15
