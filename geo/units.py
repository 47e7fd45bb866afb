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
    "format_shares_mu",
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


def format_shares_mu(first_m2: float, second_m2: float, digits: int = 2) -> tuple[str, str]:
    """Return two parts in mu that add up, as printed, to their printed sum.

    Rounded one by one, 9.575 and 14.689 of 24.264 mu would print as 9.58 + 14.69 = 24.26: two families who check
    the figures would find a hundredth missing. The part that was rounded farther gives way (largest remainder).

    >>> format_shares_mu(9.575 * MU_M2, 14.689 * MU_M2)
    ('9.57', '14.69')
    """
    step = 10.0**-digits
    parts = [mu(first_m2), mu(second_m2)]
    shown = [float(format_number(part, digits).replace(",", "")) for part in parts]
    total = float(format_number(sum(parts), digits).replace(",", ""))
    excess = round((sum(shown) - total) / step)
    if excess:
        over = [(value - part) * excess for value, part in zip(shown, parts, strict=True)]
        place = over.index(max(over))
        shown[place] -= excess * step
    return format_number(shown[0], digits), format_number(shown[1], digits)


def format_length_m(length_m: float, digits: int = 1) -> str:
    """Return a length in metres with thousands."""
    return format_number(length_m, digits)
