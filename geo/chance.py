"""Seeded randomness inside compiled code: the same seed gives the same choices on every machine.

xorshift64*, Vigna (2016), https://doi.org/10.1145/2845077. The state is an array of one ``uint64``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

__all__ = ["State", "below", "seeded", "unit"]

State = npt.NDArray[np.uint64]


def seeded(*numbers: int) -> State:
    """Return a state mixed from whole numbers; different numbers give unlike states."""
    mixed = 0x9E3779B97F4A7C15
    for number in numbers:
        mixed = (mixed ^ (number & 0xFFFFFFFFFFFFFFFF)) & 0xFFFFFFFFFFFFFFFF
        mixed = (mixed * 0xBF58476D1CE4E5B9 + 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        mixed ^= mixed >> 31
    return np.array([mixed or 1], dtype=np.uint64)


@compiled
def _step(state: State) -> np.uint64:
    word = state[0]
    word ^= word >> np.uint64(12)
    word ^= word << np.uint64(25)
    word ^= word >> np.uint64(27)
    state[0] = word
    scrambled: np.uint64 = word * np.uint64(0x2545F4914F6CDD1D)
    return scrambled


@compiled
def unit(state: State) -> float:
    """Return a number from 0 up to, not including, 1."""
    return (_step(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(state: State, limit: int) -> int:
    """Return a whole number from 0 to ``limit`` - 1, for limits up to 2 to the 31."""
    return int(((_step(state) >> np.uint64(33)) * np.uint64(limit)) >> np.uint64(31))
