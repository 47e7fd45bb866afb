"""Give the records file our symbols, so that QGIS opens it looking like the app."""

from __future__ import annotations

from typing import Final

from data.store import Store
from geo.errors import Language
from layers import qgis
from layers.qgis import TableStyle

__all__ = ["TABLES", "style_store"]

_ONE: Final = ""

TABLES: Final[dict[str, TableStyle]] = {
    "plot": TableStyle(
        column="land_use",
        layers=(
            ("grassland", "plot_grassland"),
            ("cropland", "plot_cropland"),
            ("woodland", "plot_woodland"),
        ),
        label_column="code",
    ),
    "plot_agreed": TableStyle(layers=((_ONE, "plot"),)),
    "boundary_line": TableStyle(
        column="state",
        layers=(
            ("claimed", "boundary"),
            ("agreed", "boundary_agreed"),
            ("registration_pending", "boundary_agreed"),
            ("registered", "boundary"),
        ),
        label_column="name",
    ),
    "case_line": TableStyle(
        column="role",
        layers=tuple(
            (role, role)
            for role in (
                "claim_a",
                "claim_b",
                "decision",
                "agreement",
                "certificate",
                "contract",
                "measured",
                "old_map",
                "natural",
            )
        ),
        label_column="label",
    ),
    "agreement": TableStyle(layers=((_ONE, "agreed"),)),
    "proposal": TableStyle(layers=((_ONE, "proposal"),)),
    "case_point": TableStyle(layers=((_ONE, "end_point"),), label_column="name"),
    "dispute": TableStyle(layers=((_ONE, "place"),), label_column="number"),
    "marker": TableStyle(layers=((_ONE, "marker"),), label_column="number"),
    "evidence": TableStyle(layers=((_ONE, "photo"),)),
    "household": TableStyle(layers=((_ONE, "household"),)),
    "feature_road": TableStyle(layers=((_ONE, "road"),)),
    "feature_stream": TableStyle(layers=((_ONE, "stream"),)),
    "feature_ridge": TableStyle(layers=((_ONE, "ridge"),)),
    "feature_county_line": TableStyle(layers=((_ONE, "county"),)),
}
"""Tables of the records with shapes, and the layers they are drawn as; units are drawn by QGIS's own symbol."""


def style_store(store: Store, lang: Language = "zh") -> int:
    """Write the symbols into the records file and return how many tables have them."""
    made = qgis.table_styles(TABLES, lang)
    with store.change(by="system", action="store.styles"):
        store.set_styles(made)
    return len(made)
