"""One definition of each map layer: web map, printed sheet and QGIS style."""
