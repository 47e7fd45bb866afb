"""Killed while settling: the old state or the new one, whole. `benchmarks/kill.py --kills 200` does more."""

from __future__ import annotations

from benchmarks import kill


def test_kill__leaves_the_old_state_or_the_new_one_whole(tmp_path):
    counts = kill.run(kills=15, seed=20261121, folder=tmp_path)
    assert counts["faults"] == []
    assert counts["old_state"] + counts["new_state"] == counts["kills"] == 15
    assert counts["rounds"] >= 15
