"""Why a proposal is withheld: one sentence each, in both languages."""

from __future__ import annotations

from geo.claim import DisputeSettings, SourceLine
from geo.errors import ArgumentError, DisputeError

__all__ = [
    "bad_share",
    "cannot_straighten",
    "covers_part",
    "elsewhere",
    "evidence_missing",
    "folded_ground",
    "grades_wrong",
    "no_evidence",
    "no_grades",
    "no_worth",
    "nothing_to_share",
    "nothing_to_straighten",
    "share_missed",
]


def bad_share(share: float) -> ArgumentError:
    """Return the reason: a share that is not between 0 and 1."""
    return ArgumentError(
        "bad_share",
        zh="甲方份额 {share} 不成立：应在 0 与 1 之间，如 0.6。",
        en="A's share {share} cannot be: give a number from 0 to 1, for instance 0.6.",
        share=share,
    )


def cannot_straighten(settings: DisputeSettings) -> DisputeError:
    """Return the reason: a line that cannot be straightened within the tolerance."""
    return DisputeError(
        "cannot_straighten",
        zh="取直后离开争议地超过 {limit_m} 米：不提出。",
        en="Straightened, the line would leave the disputed ground by more than {limit_m} m: it is not proposed.",
        limit_m=settings.straight_outside_tolerance_m,
    )


def covers_part(source: SourceLine, missing_m: float) -> DisputeError:
    """Return the reason: a source that leaves part of a disputed stretch uncovered."""
    return DisputeError(
        "source_covers_part",
        zh="依据“{name}”有 {missing_m} 米争议段没有覆盖：单独不能成为方案，只用于最佳拟合。",
        en="Source {name} leaves {missing_m} m of a disputed stretch uncovered: alone it makes no line; it counts "
        "in the best fit.",
        where=source.name,
        name=source.name,
        missing_m=round(missing_m, 1),
    )


def elsewhere(source: SourceLine) -> DisputeError:
    """Return the reason: a source that lies elsewhere."""
    return DisputeError(
        "source_elsewhere",
        zh="依据“{name}”不在这段界线旁：不能成为方案。",
        en="Source {name} does not lie beside this boundary: no line can be made of it.",
        where=source.name,
        name=source.name,
    )


def evidence_missing(missing_m: float) -> DisputeError:
    """Return the reason: a disputed stretch without evidence."""
    return DisputeError(
        "evidence_missing",
        zh="有 {missing_m} 米争议段没有任何依据：补充测量或图件后再拟合。",
        en="{missing_m} m of a disputed stretch have no evidence at all: measure there, or find a map, and fit again.",
        missing_m=round(missing_m, 1),
    )


def folded_ground(area_m2: float) -> DisputeError:
    """Return the reason: claims that fold over each other."""
    return DisputeError(
        "folded_ground",
        zh="有 {area_m2} 平方米争议地夹在来回折叠的主张线之间，没有等距线：请先核对折叠处的点。",
        en="{area_m2} m² of the disputed ground lie between claims that fold over each other and have no equidistant "
        "line: check the points there first.",
        area_m2=round(area_m2, 1),
    )


def grades_wrong(bare_m2: float, twice_m2: float) -> DisputeError:
    """Return the reason: a map of grades with gaps or overlaps."""
    return DisputeError(
        "grades_incomplete",
        zh="等级图有 {bare_m2} 平方米争议地没有等级，{twice_m2} 平方米重复：补齐后才能按价值平分。",
        en="Of the disputed ground {bare_m2} m² have no grade and {twice_m2} m² have several: complete the map of "
        "grades first.",
        bare_m2=round(max(bare_m2, 0.0), 1),
        twice_m2=round(max(twice_m2, 0.0), 1),
    )


def no_evidence() -> DisputeError:
    """Return the reason: a case without evidence."""
    return DisputeError(
        "no_evidence",
        zh="没有任何依据（证书、合同、测量、图件）：主张不是依据，不能拟合。",
        en="There is no evidence (certificate, contract, measurement, map): claims are not evidence, so nothing can "
        "be fitted.",
    )


def no_grades() -> DisputeError:
    """Return the reason: a case without grades."""
    return DisputeError(
        "no_grades",
        zh="没有草场或耕地等级图：不能按价值平分。",
        en="There is no map of land grades: nothing can be shared by value.",
    )


def no_worth() -> DisputeError:
    """Return the reason: grades without worth."""
    return DisputeError(
        "grades_without_worth",
        zh="争议地各等级的价值合计为 0：不能按价值平分。",
        en="The grades give the disputed ground no worth: nothing can be shared by value.",
    )


def nothing_to_share() -> DisputeError:
    """Return the reason: claims that agree."""
    return DisputeError(
        "nothing_to_share",
        zh="没有争议地，不需要方案：可直接签认共同界线。",
        en="There is no disputed ground to propose a line in: the common line can be signed as it is.",
    )


def nothing_to_straighten() -> DisputeError:
    """Return the reason: a chosen line that is not there."""
    return DisputeError(
        "nothing_to_straighten",
        zh="没有可取直的线：所选方案没有做成。",
        en="There is no line to straighten: the chosen proposal could not be made.",
    )


def share_missed(off_m2: float) -> DisputeError:
    """Return the reason: a share that cannot be met."""
    return DisputeError(
        "share_missed",
        zh="主张线来回折叠，份额只能做到相差 {off_m2} 平方米：请先核对折叠处的点。",
        en="The claims fold across each other, so the share can only be met to {off_m2} m²: check the points there "
        "first.",
        off_m2=round(abs(off_m2), 1),
    )
