"""Rule sets and norms as data: figures with their source and status, the ways a dispute can take."""
