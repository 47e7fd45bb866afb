"""Made walks with known truth: border lines, patrols along them, and receivers with noise and gaps.

The noise is that of DEFINITIONS.md 21: Gauss-Markov, 10 m an axis, correlation time 60 s.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

SPEED_MS = 1.2


@dataclass(slots=True)
class Made:
    """A made township's lines, walks and truth.

    ``truth`` gives, by line, the chainage intervals that somebody walked; ``parallel`` names the lines 30 m beside
    another one that nobody ever walked.
    """

    lines: dict[str, FloatArray] = field(default_factory=dict)
    truth: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    parallel: set[str] = field(default_factory=set)
    fixes: list[FloatArray] = field(default_factory=list)
    times: list[FloatArray] = field(default_factory=list)


def wandering_line(rng: np.random.Generator, length_m: float, start: FloatArray) -> FloatArray:
    """Return a line that bends as ridges and streams do, vertices 20 to 120 m apart."""
    steps = rng.uniform(20, 120, int(length_m / 70) + 1)
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.22, len(steps)))
    moved = np.column_stack((np.sin(heading), np.cos(heading))) * steps[:, None]
    return np.vstack((start, start + np.cumsum(moved, axis=0)))


def beside(line: FloatArray, offset_m: float) -> FloatArray:
    """Return the line ``offset_m`` to the left."""
    import shapely

    moved = shapely.offset_curve(shapely.LineString(line), offset_m, join_style="round")
    return np.asarray(shapely.get_coordinates(moved))


def chainages(line: FloatArray) -> FloatArray:
    """Return the distance of each vertex from the first."""
    return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))


def between(line: FloatArray, start_m: float, end_m: float) -> FloatArray:
    """Return the line from one chainage to another, backwards when the end lies before the start."""
    along = chainages(line)
    low, high = min(start_m, end_m), max(start_m, end_m)
    inner = line[(along > low) & (along < high)]
    ends = np.column_stack([np.interp([low, high], along, line[:, axis]) for axis in (0, 1)])
    part = np.vstack((ends[0], inner, ends[1]))
    return part if start_m <= end_m else part[::-1]


def record(
    rng: np.random.Generator,
    path: FloatArray,
    every_s: float,
    *,
    sigma_m: float = 10.0,
    correlation_s: float = 60.0,
    speed_ms: float = SPEED_MS,
    gaps: int = 0,
) -> tuple[FloatArray, FloatArray]:
    """Return fixes and times of a receiver carried along ``path``."""
    along = chainages(path)
    times = np.arange(0.0, along[-1] / speed_ms, every_s)
    true = np.column_stack([np.interp(times * speed_ms, along, path[:, axis]) for axis in (0, 1)])
    noise = np.empty_like(true)
    keep = np.exp(-every_s / correlation_s)
    noise[:1] = rng.normal(0, sigma_m, (1, 2))
    for at in range(1, len(true)):
        noise[at] = keep * noise[at - 1] + rng.normal(0, sigma_m * np.sqrt(1 - keep**2), 2)
    there = np.ones(len(times), dtype=bool)
    for _ in range(gaps):
        begin = rng.uniform(0, times[-1])
        there &= ~((times > begin) & (times < begin + rng.uniform(90, 400)))
    return (true + noise)[there], times[there]


def make(
    seed: int,
    every_s: float,
    *,
    lines: int = 8,
    gaps: int = 0,
    parallels: bool = True,
    hidden: bool = False,
    offset_m: float = 30.0,
    sigma_m: float = 10.0,
) -> Made:
    """Make lines and walks: each line walked whole, in part, or not at all.

    ``hidden`` leaves the walked lines with a parallel out of the targets: only what nobody walked is asked for.
    """
    rng = np.random.default_rng(seed)
    made = Made()
    clock_s = 1.78e9
    for number in range(lines):
        start = np.array([500_000.0 + 15_000 * (number % 4), 4_180_000.0 + 15_000 * (number // 4)])
        line = wandering_line(rng, rng.uniform(800, 6000), start)
        name, length_m = f"L{number}", chainages(line)[-1]
        if parallels and number % 2 == 0:
            made.lines[f"{name}-beside"] = beside(line, offset_m)
            made.truth[f"{name}-beside"] = []
            made.parallel.add(f"{name}-beside")
        share = rng.choice([1.0, 1.0, 0.6, 0.0]) if number else 1.0
        walked = (0.0, length_m) if share == 1.0 else (0.2 * length_m, (0.2 + share) * length_m)
        if not (hidden and number % 2 == 0):
            made.lines[name] = line
            made.truth[name] = [walked] if share else []
        if not share:
            continue
        path = _patrol(rng, line, walked)
        fixes, times = record(rng, path, every_s, gaps=gaps, sigma_m=sigma_m)
        made.fixes.append(fixes)
        made.times.append(clock_s + times)
        clock_s += 86_400
    return made


def _patrol(rng: np.random.Generator, line: FloatArray, walked: tuple[float, float]) -> FloatArray:
    """Return a way from somewhere to the line, along it, and away."""
    part = between(line, *walked) if rng.random() < 0.5 else between(line, walked[1], walked[0])
    leave = [_away(rng, part[1] - part[0]), _away(rng, part[-2] - part[-1])]
    return np.vstack((part[0] - leave[0], part, part[-1] - leave[1]))


def _away(rng: np.random.Generator, direction: FloatArray) -> FloatArray:
    """Return a way of half a kilometre at more than 50 degrees to the line."""
    turn = rng.choice([-1, 1]) * rng.uniform(np.radians(50), np.radians(130))
    unit = direction / np.hypot(*direction)
    turned = np.array(
        [
            unit[0] * np.cos(turn) - unit[1] * np.sin(turn),
            unit[0] * np.sin(turn) + unit[1] * np.cos(turn),
        ]
    )
    return np.asarray(turned * 500.0)
