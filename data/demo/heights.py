"""The made height model as a GeoTIFF, for programs that plan ways over it."""

from __future__ import annotations

import numpy as np

from data.demo.terrain import Terrain
from geo.zone import Zone

__all__ = ["geotiff"]

_NAME = "示范乡（虚构）编造的高程模型 / invented height model"


def geotiff(terrain: Terrain, zone: Zone) -> bytes:
    """Return heights in metres, float32 at 0.1 m, deflated, in the working CRS."""
    from rasterio import Affine
    from rasterio.io import MemoryFile

    rows, columns = terrain.shape
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=columns,
            height=rows,
            count=1,
            dtype="float32",
            crs=f"EPSG:{zone.epsg}",
            transform=Affine(terrain.cell_m, 0.0, terrain.west_m, 0.0, -terrain.cell_m, terrain.north_m),
            compress="deflate",
            predictor=3,
            tiled=True,
        ) as raster:
            raster.write(terrain.height_m.astype(np.float32), 1)
            raster.update_tags(NAME=_NAME)
        return bytes(memory.read())
