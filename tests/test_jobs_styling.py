"""The records open in QGIS with our symbols."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

from data.store import Store
from jobs import styling
from layers.style import symbol


def test_style__every_table_with_a_definition_gets_its_default_symbol(tmp_path):
    path = tmp_path / "town.gpkg"
    with Store.create(
        path, epsg=4543, name="试乡", clock=lambda: datetime(2026, 11, 21, tzinfo=UTC)
    ) as store:
        assert styling.style_store(store) == len(styling.TABLES)
        assert set(styling.TABLES) <= set(store.layers())
    rows = sqlite3.connect(path).execute(
        "SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles"
    )
    found = {name: (qml, sld) for name, qml, sld, default in rows if default}
    assert set(found) == set(styling.TABLES)
    for qml, sld in found.values():
        fromstring(qml.split("\n", 1)[1])
        fromstring(sld.split("\n", 1)[1])


def test_style__claims_have_their_colours_by_role():
    qml, sld = styling.qgis.table_styles(styling.TABLES)["case_line"]
    red = symbol("claim_a").stroke.color
    assert red in sld
    assert ",".join(str(int(red[i : i + 2], 16)) for i in (1, 3, 5)) in qml
    assert 'attr="role"' in qml
    assert 'value="claim_b"' in qml
