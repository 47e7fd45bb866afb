"""Cleaning of tracks: repair what can be repaired, say each repair with its effect, move nothing.

The length after cleaning is the sum of the steps that were recorded and can have been made: nothing is smoothed,
and stops are left as they were recorded.

Rules, in this order
--------------------
1. Pause markers are no positions; the track is cut there.
2. Impossible positions, and longitude and latitude 0, are removed.
3. A track in reverse order is turned round; stamps that cannot be believed are not used (:mod:`geo.clock`).
4. Where nothing was recorded for an hour and a kilometre, or for six hours, the track is cut.
5. Spikes, jumps and stale fixes are removed (:mod:`geo.jump`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo.clock import believed_times, runs_backwards
from geo.jump import find_jumps
from geo.repair import Repair
from geo.track import CleanTrack, Clock, FloatArray, IntArray, RawTrack, length_m, step_lengths_m

__all__ = ["clean", "clean_file", "emptied", "repeats"]

BoolArray = npt.NDArray[np.bool_]

_PAUSE_LATITUDES = (100.0, 200.0)
GAP_S = 3_600.0
GAP_M = 1_000.0
LONG_GAP_S = 21_600.0
GAP_STEPS = 10.0
SAME_SHARE = 0.9
SPIKE_M = 5_000.0
"""What darts farther aside and back is called a jump."""


@dataclass(slots=True)
class _State:
    """A track while it is being cleaned; ``source`` numbers the fixes as in the file, from 0."""

    lonlat: FloatArray
    time_s: FloatArray
    part: IntArray
    source: IntArray
    repairs: list[Repair]

    @property
    def length_m(self) -> float:
        return length_m(self.lonlat, self.part)

    def keep(self, kept: BoolArray) -> None:
        """Keep only some fixes."""
        self.lonlat, self.time_s = self.lonlat[kept], self.time_s[kept]
        self.part, self.source = self.part[kept], self.source[kept]

    def cut_before(self, cut: BoolArray) -> None:
        """Start a new part at each fix marked."""
        starts = np.concatenate(([False], np.diff(self.part) != 0)) | cut
        starts[:1] = False
        self.part = np.cumsum(starts).astype(np.int64)

    def note(self, code: str, fix: int, effect_m: float, **facts: str | int) -> None:
        """List a repair at the fix with this number in the file."""
        self.repairs.append(Repair(code=code, fix=fix + 1, effect_m=effect_m, facts=facts))


def clean(raw: RawTrack, *, now_s: float) -> CleanTrack:
    """Return a track cleaned, with every repair; of a planned route nothing is left.

    Parameters
    ----------
    raw : RawTrack
        As it stands in the file.
    now_s : float
        The present, seconds since 1970-01-01 UTC: what lies after it is not believed.

    Examples
    --------
    >>> lonlat = np.array([[102.27, 37.78], [0.0, 0.0], [102.271, 37.781]])
    >>> raw = RawTrack(lonlat=lonlat, time_s=np.array([0.0, 30.0, 60.0]) + 1.7e9, segment=np.zeros(3, dtype=int))
    >>> cleaned = clean(raw, now_s=1.8e9)
    >>> round(cleaned.length_m), [repair.code for repair in cleaned.repairs]
    (142, ['zero_position'])
    """
    state = _State(
        lonlat=np.asarray(raw.lonlat, dtype=np.float64).reshape(-1, 2),
        time_s=np.asarray(raw.time_s, dtype=np.float64),
        part=np.asarray(raw.segment, dtype=np.int64),
        source=np.arange(len(raw.lonlat)),
        repairs=[],
    )
    raw_m = state.length_m
    if raw.kind == "planned":
        return _nothing_walked(raw, raw_m)
    _drop_impossible(state)
    _mend_clock(state, raw, now_s)
    _cut_gaps(state)
    _drop_jumps(state)
    if len(state.lonlat) == 1 and raw.kind == "recorded":
        state.repairs.append(Repair(code="single_fix"))
    return CleanTrack(
        lonlat=state.lonlat,
        time_s=state.time_s,
        part=state.part,
        source=state.source,
        clock=_clock(state.time_s),
        raw_length_m=raw_m,
        length_m=state.length_m,
        repairs=tuple(replace(repair, track=raw.label) for repair in state.repairs),
        label=raw.label,
    )


def _nothing_walked(raw: RawTrack, raw_m: float) -> CleanTrack:
    facts = {"distance_km": f"{raw_m / 1000:.2f}"}
    said = Repair(code="planned_route", effect_m=-raw_m, facts=facts, track=raw.label)
    return CleanTrack(
        lonlat=np.empty((0, 2)),
        time_s=np.empty(0),
        part=np.empty(0, dtype=np.int64),
        source=np.empty(0, dtype=np.int64),
        clock="none",
        raw_length_m=raw_m,
        length_m=0.0,
        repairs=(said,),
        label=raw.label,
    )


def _clock(time_s: FloatArray) -> Clock:
    known = int(np.isfinite(time_s).sum())
    if not known:
        return "none"
    return "believed" if known == len(time_s) else "partly"


def _drop_impossible(state: _State) -> None:
    lon, lat = state.lonlat.T
    pause = np.isin(lat, _PAUSE_LATITUDES) & (lon == 0)
    _drop(state, pause, "pause_marker", cut=True)
    lon, lat = state.lonlat.T
    _drop(state, (np.abs(lat) > 90.0) | (np.abs(lon) > 360.0), "impossible_position")
    _drop(state, (state.lonlat == 0).all(axis=1), "zero_position")


def _drop(state: _State, wrong: BoolArray, code: str, *, cut: bool = False) -> None:
    if not wrong.any():
        return
    before, first = state.length_m, int(state.source[np.argmax(wrong)])
    if cut:
        state.cut_before(np.concatenate(([False], wrong[:-1])) | wrong)
    state.keep(~wrong)
    state.note(code, first, state.length_m - before, count=int(wrong.sum()))


def _mend_clock(state: _State, raw: RawTrack, now_s: float) -> None:
    if runs_backwards(state.time_s):
        state.lonlat, state.time_s = state.lonlat[::-1], state.time_s[::-1]
        state.part, state.source = state.part[-1] - state.part[::-1], state.source[::-1]
        state.note("reversed", 0, 0.0)
    if raw.kind == "drawn" and not np.isfinite(state.time_s).any():
        state.repairs.append(Repair(code="drawn_line"))
        return
    state.time_s, found = believed_times(state.lonlat, state.time_s, now_s)
    for repair in found:
        fix = int(state.source[repair.fix - 1]) + 1 if repair.fix else 0
        state.repairs.append(replace(repair, fix=fix))


def _cut_gaps(state: _State) -> None:
    if len(state.lonlat) < 2:
        return
    steps, spans = step_lengths_m(state.lonlat), np.diff(state.time_s)
    within = np.diff(state.part) == 0
    usual = np.nanmedian(spans[within]) if np.isfinite(spans[within]).any() else 0.0
    known = np.where(np.isfinite(spans), spans, 0.0)
    gap = (known > max(GAP_S, GAP_STEPS * usual)) & ((steps > GAP_M) | (known > LONG_GAP_S)) & within
    for at in np.flatnonzero(gap):
        hours = f"{known[at] / 3600:.1f}"
        state.note(
            "recording_gap",
            int(state.source[at + 1]),
            -float(steps[at]),
            gap_h=hours,
            distance_km=f"{steps[at] / 1000:.2f}",
        )
    state.cut_before(np.concatenate(([False], gap)))


def _drop_jumps(state: _State) -> None:
    wrong, spike, cut = (np.zeros(len(state.lonlat), dtype=bool) for _ in range(3))
    for part in np.unique(state.part):
        rows = np.flatnonzero(state.part == part)
        found = find_jumps(state.lonlat[rows], state.time_s[rows])
        wrong[rows], spike[rows], cut[rows] = found.dropped, found.spike, found.cut
        _note_jumps(state, rows, found.dropped, found.spike, found.cut)
    state.cut_before(cut & ~wrong)
    state.keep(~wrong)


def _note_jumps(state: _State, rows: IntArray, wrong: BoolArray, spike: BoolArray, cut: BoolArray) -> None:
    """List each group of dropped fixes and each cut of one part with what it does to the length."""
    kept = np.flatnonzero(~wrong)
    left = np.concatenate(([-1], kept))
    right = np.concatenate((kept, [len(rows)]))
    for before, after in zip(left.tolist(), right.tolist(), strict=True):
        is_cut = after < len(rows) and bool(cut[after])
        if after - before > 1 or is_cut:
            _note_between(state, rows, before, after, is_cut, bool(spike[before + 1 : after].all()))


def _note_between(
    state: _State, rows: IntArray, before: int, after: int, is_cut: bool, is_spike: bool
) -> None:
    lonlat, time_s = state.lonlat[rows], state.time_s[rows]
    first, last = max(before, 0), min(after, len(rows) - 1)
    steps = step_lengths_m(lonlat[first : last + 1])
    inner = before >= 0 and after < len(rows)
    bridge_m = float(step_lengths_m(lonlat[[before, after]])[0]) if inner else 0.0
    effect_m = (bridge_m if inner and not is_cut else 0.0) - float(steps.sum())
    far_m = float(steps.max())
    if after - before == 1:
        state.note("jump_cut", int(state.source[rows[after]]), effect_m, distance_km=f"{far_m / 1000:.2f}")
        return
    at, count = int(state.source[rows[before + 1]]), after - before - 1
    if is_spike and far_m < SPIKE_M:
        state.note("spike", at, effect_m, count=count, distance_m=f"{far_m:.0f}")
        return
    spans = np.diff(time_s[first : last + 1])
    speed = float(steps[np.argmax(steps)] / max(float(spans[np.argmax(steps)]), 1.0))
    code = "jump" if before >= 0 and np.isfinite(speed) else "stale_fix"
    said: dict[str, str | int] = {"count": count, "distance_km": f"{far_m / 1000:.2f}"}
    if code == "jump":
        said["speed_ms"] = f"{speed:.0f}"
    state.note(code, at, effect_m, **said)


def clean_file(tracks: Sequence[RawTrack], *, now_s: float) -> tuple[CleanTrack, ...]:
    """Clean the tracks of one file; one that another already holds is counted once.

    Parameters
    ----------
    tracks : sequence of RawTrack
        In the order of the file.
    """
    done = [clean(raw, now_s=now_s) for raw in tracks]
    for repeated, holder in repeats(done).items():
        done[repeated] = emptied(done[repeated], "repeated_track", done[holder].label)
    return tuple(done)


def emptied(track: CleanTrack, code: str, other: str) -> CleanTrack:
    """Return a track without its fixes, because ``other`` holds them already."""
    none = np.zeros(len(track.lonlat), dtype=bool)
    said = Repair(code=code, effect_m=-track.length_m, facts={"other": other}, track=track.label)
    return replace(
        track,
        lonlat=track.lonlat[none],
        time_s=track.time_s[none],
        part=track.part[none],
        source=track.source[none],
        length_m=0.0,
        repairs=(*track.repairs, said),
    )


def repeats(tracks: Sequence[CleanTrack]) -> dict[int, int]:
    """Return which tracks are another one uploaded again, whole or in part, and which holds them.

    Nine in ten fixes of the shorter must be in the longer; positions are compared at 1e-6 degrees, times (where
    both have them) at one second.
    """
    order = sorted(range(len(tracks)), key=lambda at: -len(tracks[at].lonlat))
    prints = [_Print(track) for track in tracks]
    found: dict[int, int] = {}
    holders: list[int] = []
    for at in order:
        holder = next((other for other in holders if prints[at].lies_in(prints[other])), None)
        if holder is not None:
            found[at] = holder
        elif len(tracks[at].lonlat) > 1:
            holders.append(at)
    return found


class _Print:
    """Where, and when, the fixes of a track are, in a form that compares fast."""

    __slots__ = ("box", "places", "timed", "with_time")

    def __init__(self, track: CleanTrack) -> None:
        micro = np.round(track.lonlat * 1e6).astype(np.int64)
        self.box: tuple[int, ...] = (
            (*micro.min(axis=0).tolist(), *micro.max(axis=0).tolist()) if len(micro) else ()
        )
        places = micro[:, 0] * 1_000_000_007 + micro[:, 1]
        seconds = np.floor(np.where(np.isfinite(track.time_s), track.time_s, 0.0)).astype(np.int64)
        self.places = np.unique(places)
        self.with_time = np.unique(places * 998_244_353 + seconds)
        self.timed = track.clock != "none"

    def lies_in(self, other: _Print) -> bool:
        """Tell whether nine in ten fixes are also the other's."""
        if len(self.places) < 2 or not other.box or not self._meets(other):
            return False
        timed = self.timed and other.timed
        mine, theirs = (self.with_time, other.with_time) if timed else (self.places, other.places)
        shared = int(np.isin(mine, theirs, assume_unique=True).sum())
        return shared >= SAME_SHARE * len(mine)

    def _meets(self, other: _Print) -> bool:
        west, south, east, north = self.box
        return (
            west <= other.box[2] and other.box[0] <= east and south <= other.box[3] and other.box[1] <= north
        )
