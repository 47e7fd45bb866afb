"""Functions compiled to machine code once, at set-up, and kept on disk.

A compiled function takes arrays, numbers and named tuples of them; it may be called from others like any
function. It lets other threads run meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Return ``function``, compiled at its first call and loaded from disk afterwards."""
    return cast(_Function, numba.njit(cache=True, nogil=True)(function))
