"""The stake-out list as CSV: every marker with plane and geographic coordinates, chainage and the way to the next."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from data.documents import words
from geo.description import StakeRow

__all__ = ["HEADER", "stake_csv"]

HEADER = (
    "点号",
    "X（北）/米",
    "Y（东）/米",
    "经度",
    "纬度",
    "累计里程/米",
    "到下一桩/米",
    "方位角（真北）/度",
)


def stake_csv(rows: Sequence[StakeRow]) -> bytes:
    """Return the list in UTF-8 with a byte-order mark; figures carry no thousands, ready for a controller."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_cells(row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cells(row: StakeRow) -> tuple[str, ...]:
    return (
        row.name,
        words.coordinate(row.northing_m),
        words.coordinate(row.easting_m),
        words.degrees(row.lon_deg),
        words.degrees(row.lat_deg),
        _plain(row.chainage_m, 2),
        "" if row.to_next_m is None else _plain(row.to_next_m, 2),
        "" if row.to_next_bearing_deg is None else _plain(row.to_next_bearing_deg, 4),
    )


def _plain(value: float, digits: int) -> str:
    return words.figure(value, digits).replace(",", "")
