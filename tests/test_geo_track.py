"""Lengths of tracks, and the cleaning of what receivers and phones write."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import cleaning
from geo.repair import CODES
from geo.track import RawTrack, length_m, step_lengths_m

NOW_S = 1.8e9
START_S = 1.78e9


def walk(count=200, *, step_m=6.0, every_s=5.0, lon=102.27, lat=37.78, seed=0):
    """Return a wandering walk of ``count`` fixes as lonlat and times."""
    rng = np.random.default_rng(seed)
    heading = np.cumsum(rng.normal(0, 0.1, count - 1))
    east = np.concatenate(([0.0], np.cumsum(step_m * np.sin(heading))))
    north = np.concatenate(([0.0], np.cumsum(step_m * np.cos(heading))))
    lonlat = np.column_stack((lon + east / 88_000, lat + north / 111_000))
    return lonlat, START_S + every_s * np.arange(count)


def raw(lonlat, time_s, segment=None, kind="recorded"):
    segment = np.zeros(len(lonlat), dtype=np.int64) if segment is None else np.asarray(segment)
    return RawTrack(lonlat=np.asarray(lonlat), time_s=np.asarray(time_s), segment=segment, kind=kind)


def cleaned(lonlat, time_s, **given):
    return cleaning.clean(raw(lonlat, time_s, **given), now_s=NOW_S)


def codes(track):
    return [repair.code for repair in track.repairs]


def test_step_lengths__agree_with_geographiclib():
    lonlat = np.array([[102.27, 37.78], [102.30, 37.80], [-97.66, 30.38]])
    expected = [Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"] for a, b in pairwise(lonlat)]
    assert step_lengths_m(lonlat) == pytest.approx(expected, rel=1e-9)


def test_length__counts_nothing_from_one_part_to_the_next():
    lonlat = np.array([[102.0, 37.0], [102.001, 37.0], [103.0, 37.0], [103.001, 37.0]])
    assert length_m(lonlat, [0, 0, 1, 1]) == pytest.approx(2 * step_lengths_m(lonlat)[0], rel=1e-9)


def test_length__of_one_fix_is_zero():
    assert length_m(np.array([[102.0, 37.0]]), [0]) == 0.0


def test_clean__leaves_a_good_walk_alone():
    lonlat, time_s = walk()
    track = cleaned(lonlat, time_s)
    assert not track.repairs
    assert track.length_m == track.raw_length_m == pytest.approx(199 * 6, rel=0.01)
    assert track.clock == "believed"


@pytest.mark.parametrize("speed_ms", [1.2, 12.0, 33.0, 80.0, 240.0 / 3.6])
def test_clean__takes_no_vehicle_for_a_jump(speed_ms):
    lonlat, time_s = walk(step_m=5 * speed_ms)
    assert not cleaned(lonlat, time_s).repairs


def test_clean__drops_one_stale_fix_far_away_and_joins_the_rest():
    lonlat, time_s = walk()
    honest = cleaned(lonlat, time_s).length_m
    wrong = lonlat.copy()
    wrong[90] = [-97.66, 30.38]
    track = cleaned(wrong, time_s)
    assert codes(track) == ["jump"]
    assert track.repairs[0].fix == 91
    assert track.length_m == pytest.approx(honest, rel=0.01)
    assert track.raw_length_m > 2e7


def test_clean__drops_a_stale_fix_at_the_start():
    lonlat, time_s = walk()
    wrong = np.vstack(([[116.4, 39.9]], lonlat))
    track = cleaned(wrong, np.concatenate(([START_S - 1], time_s)))
    assert len(track.lonlat) == len(lonlat)
    assert track.length_m == pytest.approx(cleaned(lonlat, time_s).length_m, abs=0.01)


def test_clean__drops_a_spike_that_a_speed_limit_for_cars_would_allow():
    lonlat, time_s = walk()
    wrong = lonlat.copy()
    wrong[50] += [140 / 88_000, 0]
    track = cleaned(wrong, time_s)
    assert codes(track) == ["spike"]
    assert len(track.lonlat) == len(lonlat) - 1


def test_clean__keeps_a_second_recording_elsewhere_but_not_the_way_there():
    here, early = walk()
    there, late = walk(lon=103.9, lat=36.0)
    track = cleaned(np.vstack((here, there)), np.concatenate((early, late + 1000.5)))
    assert codes(track) == ["jump_cut"]
    assert track.length_m == pytest.approx(2 * cleaned(here, early).length_m, rel=0.01)


def test_clean__forgives_a_fix_that_came_late():
    """A tunnel: 400 m in 40 s, then 200 m in 1 s because the fix was old; together it is a slow drive."""
    lonlat, time_s = walk(step_m=50)
    shifted = time_s.copy()
    shifted[100] += 4.6
    assert cleaned(lonlat, shifted).length_m == pytest.approx(cleaned(lonlat, time_s).length_m)


def test_clean__cuts_where_nothing_was_recorded_for_hours():
    lonlat, time_s = walk()
    lonlat[100:, 0] += 0.3
    time_s[100:] += 9 * 3600
    track = cleaned(lonlat, time_s)
    assert codes(track) == ["recording_gap"]
    assert track.length_m == pytest.approx(198 * 6, rel=0.02)


def test_clean__takes_pause_markers_for_cuts():
    """OpenTracks and MyTracks wrote a pause as latitude 100 and a resume as latitude 200."""
    lonlat = np.array([[14.0, 3.0], [14.001, 3.0], [14.002, 3.0], [0.0, 100.0], [0.0, 200.0], [14.003, 3.0]])
    track = cleaned(lonlat, START_S + 100 * np.arange(6))
    assert codes(track) == ["pause_marker"]
    assert track.raw_length_m == pytest.approx(39_506_000, rel=1e-4)
    assert track.length_m == pytest.approx(222.34, abs=0.01)


def test_clean__of_a_planned_route_counts_nothing():
    lonlat, time_s = walk()
    track = cleaned(lonlat, np.full(len(time_s), np.nan), kind="planned")
    assert codes(track) == ["planned_route"]
    assert track.length_m == 0.0
    assert track.raw_length_m > 1000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t - t[0] - 2.15e9, "time_too_early"),
        (lambda t: t + 3e8, "time_in_future"),
        (lambda t: np.full_like(t, t[0]), "time_repeated"),
        (lambda t: np.where(np.arange(len(t)) == 5, t - 3600, t), "time_backwards"),
        (lambda t: t[0] + (t - t[0]) / 1000, "clock_implausible"),
        (lambda t: np.where(np.arange(len(t)) < 7, np.nan, t), "time_missing"),
    ],
)
def test_clean__says_what_is_wrong_with_the_clock_and_keeps_every_position(change, code):
    lonlat, time_s = walk(step_m=6)
    track = cleaned(lonlat, change(time_s))
    assert codes(track) == [code]
    assert len(track.lonlat) == len(lonlat)
    assert track.length_m == track.raw_length_m


def test_clean__gives_up_as_few_backward_stamps_as_possible():
    lonlat, time_s = walk()
    time_s[20:23] -= 3600
    track = cleaned(lonlat, time_s)
    assert np.flatnonzero(np.isnan(track.time_s)).tolist() == [20, 21, 22]
    assert track.clock == "partly"


def test_clean__turns_a_reversed_track_round():
    lonlat, time_s = walk()
    track = cleaned(lonlat[::-1], time_s[::-1])
    assert codes(track) == ["reversed"]
    assert track.lonlat == pytest.approx(lonlat)
    assert (np.diff(track.time_s) > 0).all()


def test_clean__tells_of_computed_times():
    lonlat, _ = walk()
    keep = np.sort(np.random.default_rng(1).choice(len(lonlat), 60, replace=False))
    steps = step_lengths_m(lonlat[keep])
    time_s = START_S + np.concatenate(([0.0], np.cumsum(steps / 1.25)))
    track = cleaned(lonlat[keep], time_s)
    assert codes(track) == ["time_computed"]
    assert track.clock == "believed"


def test_clean_file__counts_a_track_that_stands_there_twice_once():
    lonlat, time_s = walk()
    one, part = raw(lonlat, time_s), raw(lonlat[:80], time_s[:80])
    whole, again = cleaning.clean_file([part, one], now_s=NOW_S)
    assert codes(whole) == ["repeated_track"]
    assert whole.length_m == 0.0
    assert again.length_m == pytest.approx(199 * 6, rel=0.01)


def test_repeats__are_not_two_walks_on_one_path_at_two_times():
    lonlat, time_s = walk()
    first, second = (cleaned(lonlat, time_s + shift) for shift in (0, 86_400))
    assert cleaning.repeats([first, second]) == {}
    assert cleaning.repeats([first, first]) == {1: 0}


@settings(max_examples=40, deadline=None)
@given(
    bad=st.lists(
        st.tuples(
            st.integers(0, 119),
            st.floats(-360, 360, allow_nan=False),
            st.floats(-250, 250, allow_nan=False),
        ),
        max_size=8,
    ),
    stamps=st.lists(st.tuples(st.integers(0, 119), st.floats(-1e10, 1e10)), max_size=8),
)
def test_clean__raw_length_and_effects_add_up_to_the_length(bad, stamps):
    lonlat, time_s = walk(120)
    for row, lon, lat in bad:
        lonlat[row] = [lon, lat]
    for row, stamp in stamps:
        time_s[row] = stamp
    track = cleaned(lonlat, time_s)
    effects = sum(repair.effect_m for repair in track.repairs)
    assert track.raw_length_m + effects == pytest.approx(track.length_m, abs=1e-3, rel=1e-9)
    known = track.time_s[np.isfinite(track.time_s)]
    assert (np.diff(known) >= 0).all()
    assert all(repair.what("zh") and repair.what("en") for repair in track.repairs)


def test_codes__all_have_both_languages():
    assert all(zh and en for zh, en in CODES.values())
