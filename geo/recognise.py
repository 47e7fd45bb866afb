"""Recognition."""

from geo.recognition import AngleUnit, AxisOrder, Hints, Reason, Recognition, Shift, Status

__all__ = ["AngleUnit", "AxisOrder", "Hints", "Reason", "Recognition", "Shift", "Status"]
