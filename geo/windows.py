"""Sizes of groups: which numbers of households can be cut into groups of the sizes wanted.

With groups of ``least`` to ``most`` households, n households can be cut into k groups if and only if
k·least ≤ n ≤ k·most. At 12 to 14 no 15 to 23, no 29 to 35 and no 43 to 47 households can be; this is said
before anything is drawn, with the least change that makes it possible.
"""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import ArgumentError

__all__ = ["LeastChange", "SizeWindow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastChange:
    """What would make a number of households divisible.

    Attributes
    ----------
    least, most : int
        The nearest window that is possible, both sizes of the group kept as near as can be.
    groups : int
        Number of groups in that window.
    households_in, households_out : int, optional
        Households to take in from, or give to, a neighbour so that the window can stay; None when no number
        of that kind helps.
    """

    least: int
    most: int
    groups: int
    households_in: int | None
    households_out: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeWindow:
    """Least, wanted and greatest number of households of a group.

    Raises
    ------
    ArgumentError
        ``window_impossible``: not 1 ≤ least ≤ target ≤ most.

    Examples
    --------
    >>> window = SizeWindow(least=8, target=10, most=12)
    >>> window.group_count(24), window.fits(13), window.group_count(0)
    (2, False, 0)
    """

    least: int
    target: int
    most: int

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.target <= self.most:
            raise ArgumentError(
                "window_impossible",
                zh="最少 {least} 户、目标 {target} 户、最多 {most} 户不成立：须 1 ≤ 最少 ≤ 目标 ≤ 最多，请改正。",
                en="Least {least}, target {target}, most {most} cannot be: they must be 1 ≤ least ≤ target ≤ most.",
                where="--least --target --most",
                least=self.least,
                target=self.target,
                most=self.most,
            )

    def fits(self, households: int) -> bool:
        """Tell whether so many households can be cut into groups of these sizes."""
        return bool(self.group_counts(households)) or households == 0

    def group_counts(self, households: int) -> range:
        """Return every possible number of groups, ascending; empty when there is none."""
        return range(max(1, -(-households // self.most)), households // self.least + 1)

    def group_count(self, households: int) -> int:
        """Return the number of groups to make of so many households (DEFINITIONS 20).

        The possible number with households / groups nearest the target, ties taking fewer groups. Where none
        is possible, the number for which the window must be opened least.
        """
        if households <= 0:
            return 0
        return min(self.best_counts(households), key=lambda k: (abs(households / k - self.target), k))

    def best_counts(self, households: int) -> tuple[int, ...]:
        """Return every possible number of groups; where there is none, those that open the window least."""
        possible = self.group_counts(households)
        if possible:
            return tuple(possible)
        counts = range(1, households // self.least + 2)
        opened = [self._opened_by(households, k) for k in counts]
        return tuple(k for k, by in zip(counts, opened, strict=True) if by == min(opened))

    def widened(self, households: int, groups: int) -> SizeWindow:
        """Return the window opened just so far that ``groups`` groups of even size fit into it."""
        least = min(self.least, households // groups)
        most = max(self.most, -(-households // groups))
        return SizeWindow(least=least, target=min(max(self.target, least), most), most=most)

    def least_change(self, households: int) -> LeastChange:
        """Return the least change that makes ``households`` divisible; the window itself where it is."""
        groups = self.group_count(households)
        window = self.widened(households, groups) if groups else self
        lower = next((n for n in range(households, 0, -1) if self.fits(n)), None)
        ceiling = -(-max(households, 1) // self.least) * self.least
        upper = next(n for n in range(max(households, 1), ceiling + 1) if self.fits(n))
        return LeastChange(
            least=window.least,
            most=window.most,
            groups=groups,
            households_in=upper - households,
            households_out=None if lower is None else households - lower,
        )

    def _opened_by(self, households: int, groups: int) -> int:
        """Return by how many households the window's two ends must move for so many groups."""
        low, high = households // groups, -(-households // groups)
        return max(0, self.least - low) + max(0, high - self.most)
