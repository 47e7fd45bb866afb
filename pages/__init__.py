"""One thin screen per task."""
