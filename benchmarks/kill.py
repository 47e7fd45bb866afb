"""Kill the program with SIGKILL while it settles disputes, again and again, and look at what is left.

A child process settles and reopens one case in a small township, telling after each commit which round is
done. The parent kills it at a random moment, opens the records again and checks that they are those of the
last round told or of the next one, whole: both plots, line, case and agreement together, seams valid, log
chain and history intact, spatial index right.

    .venv/bin/python benchmarks/kill.py --kills 200 --seed 1 --json
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import shapely

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from data.store import Case, Plot, Store  # noqa: E402 - the project's folder must be known first

EPSG = 4542
WEST_M, SOUTH_M, SIDE_M, ACROSS = 500_000.0, 4_180_000.0, 100.0, 6
LEFT, RIGHT = 15, 16
_LONGEST_START_S = 60.0


def clock() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


def set_up(path: Path) -> None:
    """Make a township of 36 registered plots with one case between two of them."""
    plots = [_plot(row, column) for row in range(ACROSS) for column in range(ACROSS)]
    with Store.create(path, epsg=EPSG, name="演示乡", clock=clock) as store:
        with store.change(by="u1", action="plot.import"):
            stored = store.plots.add_many(plots)
        with store.change(by="u1", action="plot.register"):
            for plot in stored:
                store.plots.register(plot)
        with store.change(by="u1", action="case.open"):
            store.cases.open(Case(plot_a_id=LEFT, plot_b_id=RIGHT))


def shift_m(round_number: int) -> float:
    """Return how far a round's agreed line lies east of the certificate's."""
    return round(1.0 + (round_number * 7) % 41, 3)


def settle_forever(path: Path, mouth: Connection) -> None:
    """Settle and reopen, round after round, telling each round when its commit has returned."""
    with Store.open(path, clock=clock) as store:
        for number in itertools.count(1 + len(store.agreements.find())):
            case = store.cases.get(1)
            if case.state == "settled":
                with store.change(by="u1", action="case.reopen"):
                    case = store.reopen(case)
            left, right, line = shapes(store, shift_m(number))
            with store.change(by="u1", action="case.settle"):
                scan = store.evidence.put(b"%d" % number, name=f"{number}.pdf", kind="scan", case_id=1)
                store.record_agreement(
                    case, scan_sha256=scan.sha256, changed={LEFT: left, RIGHT: right}, line=line
                )
            mouth.send_bytes(b"%d" % number)


def shapes(store: Store, east_m: float) -> tuple[shapely.Polygon, shapely.Polygon, shapely.LineString]:
    """Return both plots and the line when the line lies ``east_m`` into the right plot."""
    west, south, _, north = store.plots.get(LEFT).geometry.bounds
    edge, far = west + SIDE_M + east_m, west + 2 * SIDE_M
    line = shapely.LineString([(edge, south), (edge, north)])
    return shapely.box(west, south, edge, north), shapely.box(edge, south, far, north), line


def fault_of(path: Path, told: int) -> str:
    """Return what is wrong with the records after a kill, or an empty text."""
    with Store.open(path, clock=clock) as store:
        report = store.check()
        done = len(store.agreements.find())
        wanted = shapes(store, shift_m(done)) if done else None
        agreed = store.plots.agreed([LEFT, RIGHT])
        lines = store.boundary_lines.of_case(1)
        settled = store.cases.get(1).state == "settled"
        open_now = [each for each in store.agreements.find() if each.reopened_at is None]
    checks = {
        "rounds": done in (told, told + 1),
        "chain": report.chain_valid,
        "coverage": report.coverage_valid,
        "sound": report.sound,
        "plots": wanted is None or (agreed[LEFT].equals(wanted[0]) and agreed[RIGHT].equals(wanted[1])),
        "line": (lines[0].geometry.equals(wanted[2]) and len(lines) == 1) if wanted else not lines,
        "case": settled == (len(open_now) == 1) and len(open_now) <= 1,
    }
    return " ".join(name for name, right in checks.items() if not right)


def run(kills: int, seed: int, folder: Path, longest_s: float = 0.25) -> dict[str, object]:
    """Kill ``kills`` times at moments drawn with ``seed``; return the counts.

    The moment lies up to ``longest_s`` after the child has opened the records.
    """
    path = folder / "township.gpkg"
    set_up(path)
    draw = random.Random(seed)
    told, faults, old, new = 0, list[str](), 0, 0
    started = time.perf_counter()
    for number in range(kills):
        last = kill_once(path, told, draw.uniform(0.0, longest_s))
        found = fault_of(path, last)
        if found:
            faults.append(f"kill {number + 1}: {found}")
        with Store.open(path, clock=clock, read_only=True) as store:
            told = len(store.agreements.find())
        new, old = new + (told == last + 1), old + (told == last)
    return {
        "kills": kills,
        "rounds": told,
        "old_state": old,
        "new_state": new,
        "faults": faults,
        "seconds": round(time.perf_counter() - started, 1),
    }


def kill_once(path: Path, told: int, after_s: float) -> int:
    """Start a child, kill it ``after_s`` after its first round, and return the last round it told."""
    way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(way)
    if way == "forkserver":
        context.set_forkserver_preload(["benchmarks.kill"])
    mouth, ear = context.Pipe(duplex=False)[::-1]
    child = context.Process(target=settle_forever, args=(path, mouth), daemon=True)
    child.start()
    mouth.close()
    try:
        told = _heard(ear, told)
        time.sleep(after_s)
        child.kill()
        while True:
            told = _heard(ear, told)
    except EOFError:
        child.join()
        if child.exitcode is None or child.exitcode >= 0:
            raise RuntimeError(f"the child ended by itself with {child.exitcode}") from None
        return told
    finally:
        ear.close()


def _heard(ear: Connection, told: int) -> int:
    """Return the next round the child tells, at the latest when it is dead."""
    return int(ear.recv_bytes()) if ear.poll(_LONGEST_START_S) else told


def _plot(row: int, column: int) -> Plot:
    west, south = WEST_M + column * SIDE_M, SOUTH_M + row * SIDE_M
    return Plot(
        code=f"{row + 1}-{column + 1}", geometry=shapely.box(west, south, west + SIDE_M, south + SIDE_M)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 0 when every kill left the records whole."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        counts = run(chosen.kills, chosen.seed, Path(folder))
    if chosen.json:
        print(json.dumps(counts, ensure_ascii=False))
    else:
        for name, value in counts.items():
            print(f"{name}: {value}")
    return 1 if counts["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
