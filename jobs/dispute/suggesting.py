"""What a file's name and kind suggest: a role, an instrument, a title. Suggestions are shown, never acted on."""

from __future__ import annotations

import re
from typing import Final

from data.store import LandUse, LineRole, Plot, Store
from geo.errors import Language
from jobs.dispute.opening import party_name
from jobs.dispute.reading import FileShape
from jobs.quick_measure import INSTRUMENTS, Instrument

__all__ = ["instrument_for", "role_for", "role_of", "title_for"]

_ROLE_WORDS: Final[tuple[tuple[LineRole, str], ...]] = (
    ("claim_a", r"甲|(^|[^a-z])a([^a-z]|$)|claim.?a"),
    ("claim_b", r"乙|(^|[^a-z])b([^a-z]|$)|claim.?b"),
    ("decision", r"决定|裁决|判决|decision"),
    ("agreement", r"协议|agreement"),
    ("contract", r"合同|contract"),
    ("measured", r"实测|测量|复测|rtk|survey|measure"),
    ("certificate", r"证|登记|确权|certificate|cert"),
    ("old_map", r"旧图|老图|底图|航片|old.?map"),
    ("natural", r"山脊|分水|溪|沟|河|ridge|stream"),
)
_INSTRUMENT_OF: Final = {
    "gpx": "handheld",
    "kml": "phone",
    "kmz": "phone",
    "cass_dat": "rtk",
    "tcx": "handheld",
}
_LAND_ZH: Final = {"grassland": "草原界线", "cropland": "耕地界线", "woodland": "林地界线"}
_LAND_EN: Final = {"grassland": "Pasture line", "cropland": "Field line", "woodland": "Woodland line"}


def role_for(name: str) -> LineRole | None:
    """Return the role that a file's or feature's name speaks of, or None."""
    text = name.rpartition(".")[0].lower() or name.lower()
    return next((role for role, words in _ROLE_WORDS if re.search(words, text)), None)


def role_of(shape: FileShape) -> LineRole | None:
    """Return the role a file's shape suggests: by the file's name, else its own; none for points joined to a plot."""
    if shape.key.startswith("polygon of "):
        return None
    return role_for(shape.file.name) or role_for(f"{shape.name}.")


def instrument_for(file_format: str) -> Instrument:
    """Return the instrument that commonly writes a format; what is not known is said to be unknown."""
    wanted = _INSTRUMENT_OF.get(file_format, "unknown")
    return next(one for one in INSTRUMENTS if one.id == wanted)


def title_for(
    store: Store, plots: tuple[Plot | None, Plot | None], names: tuple[str, str], lang: Language
) -> str:
    """Return a title such as 草原界线：张某—李某, empty while nothing is known."""
    people = [
        name.strip() or (party_name(store, plot.holder_id) or plot.code if plot else "")
        for plot, name in zip(plots, names, strict=True)
    ]
    if not all(people):
        return ""
    use: LandUse = next((plot.land_use for plot in plots if plot), "grassland")
    if lang == "zh":
        return f"{_LAND_ZH[use]}：{people[0]}—{people[1]}"
    return f"{_LAND_EN[use]}: {people[0]} – {people[1]}"
