"""Units and the only rounding of the project: figures are rounded when shown, nowhere else.

1 mu 亩 = 10000/15 m² (fifteen mu to the hectare).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

__all__ = [
    "HALF_WIDTH_95",
    "MU_M2",
    "format_area_mu",
    "format_length_m",
    "format_number",
    "mu",
    "square_metres",
]

MU_M2 = 10000.0 / 15.0
"""Square metres in one mu."""

HALF_WIDTH_95 = 1.96
"""Half-width of the 95 % interval in standard errors (DEFINITIONS 6)."""


def mu(area_m2: float) -> float:
    """Return an area in mu, not rounded."""
    return area_m2 / MU_M2


def square_metres(area_mu: float) -> float:
    """Return an area given in mu as square metres."""
    return area_mu * MU_M2


def format_number(value: float, digits: int = 2) -> str:
    """Return ``value`` with thousands and ``digits`` decimals, halves rounded up as people do.

    >>> format_number(1234.565)
    '1,234.57'
    >>> format_number(-0.001)
    '0.00'
    """
    quantum = Decimal(1).scaleb(-digits)
    rounded = Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP)
    return f"{rounded + 0 if rounded else abs(rounded):,f}"


def format_area_mu(area_m2: float, sigma_m2: float | None = None, digits: int = 2) -> str:
    """Return an area in mu, with ± its 95 % half-width when the standard error is known.

    >>> format_area_mu(2160.0, 20.4)
    '3.24 ± 0.06'
    """
    text = format_number(mu(area_m2), digits)
    if sigma_m2 is None:
        return text
    return f"{text} ± {format_number(mu(HALF_WIDTH_95 * sigma_m2), digits)}"


def format_length_m(length_m: float, digits: int = 1) -> str:
    """Return a length in metres with thousands."""
    return format_number(length_m, digits)
