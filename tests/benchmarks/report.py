"""What a benchmark says: figures, what they should be, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    emails: int
    rounds: int
    #: Seconds of idleness that are watched.
    idle: float
    #: Whether others are measured beside ours.
    peers: bool
    #: In the service that the desktop shows.
    leads: int = 100_000
    #: Of a drag from one end of the list to the other.
    steps: int = 300
    #: Seconds in which leads become users while the desktop is watched.
    activating: float = 30
    #: Places of the list that are looked at: with these, the desktop keeps as many rows as it ever does.
    places: int = 60
    #: Numbers that are followed to the badge.
    updates: int = 500
    #: Kills and restarts under the desktop.
    restarts: int = 20


@dataclass(frozen=True)
class AtLeast:
    """A target for a figure."""

    value: float

    def __str__(self) -> str:
        return f">= {_number(self.value)}"

    def is_met(self, value: float) -> bool:
        """Whether the figure is good enough."""
        return value >= self.value


@dataclass(frozen=True)
class AtMost:
    """A target for a figure."""

    value: float

    def __str__(self) -> str:
        return f"<= {_number(self.value)}"

    def is_met(self, value: float) -> bool:
        """Whether the figure is good enough."""
        return value <= self.value


@dataclass(frozen=True)
class Figure:
    """One number with its unit; a ratio ("x") is against a floor or a peer of the same run."""

    name: str
    value: float
    unit: str
    target: AtLeast | AtMost | None = None

    @property
    def verdict(self) -> str:
        """Whether it is as it should be; empty without a target."""
        if self.target is None:
            return ""
        return "met" if self.target.is_met(self.value) else "MISSED"

    @property
    def record(self) -> dict[str, Any]:
        """For the JSON file."""
        target = {} if self.target is None else {"target": str(self.target), "met": self.target.is_met(self.value)}
        return {"name": self.name, "value": round(self.value, 4), "unit": self.unit, **target}


@dataclass
class Measured:
    """What one benchmark has found."""

    title: str
    figures: list[Figure]
    notes: list[str] = field(default_factory=list)

    @property
    def record(self) -> dict[str, Any]:
        """For the JSON file."""
        return {"title": self.title, "figures": [figure.record for figure in self.figures], "notes": self.notes}

    def table(self) -> str:
        """For people."""
        rows = [
            (each.name, f"{_number(each.value)} {each.unit}", str(each.target or ""), each.verdict)
            for each in self.figures
        ]
        lines = [self.title, *_aligned(rows), *(f"  ({note})" for note in self.notes)]
        return "\n".join(lines)


def _aligned(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    first, second, third = (max((len(row[column]) for row in rows), default=0) for column in range(3))
    return [f"  {a:<{first}}  {b:>{second}}  {c:>{third}}  {d}".rstrip() for a, b, c, d in rows]


def _number(value: float) -> str:
    """Three digits that say something."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
