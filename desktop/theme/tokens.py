"""The design system's numbers: one spacing grid, one type scale, one accent colour, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scheme(Enum):
    """Which colours; SYSTEM follows the desktop environment."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Space:
    """Distances in device-independent pixels, on a grid of four."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32


class Text:
    """Font sizes in device-independent pixels."""

    CAPTION = 12
    BODY = 14
    TITLE = 17
    DISPLAY = 24


RADIUS = 8
ROW_HEIGHT = 44
CONTROL_HEIGHT = 36
BAR_HEIGHT = 40
FOOT_HEIGHT = 40


@dataclass(frozen=True)
class Colors:
    """Text on ``surface`` and ``window`` has a contrast of at least 4.5 (WCAG 2.2, AA), in both schemes."""

    window: str
    surface: str
    raised: str
    border: str
    hover: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str


LIGHT = Colors(
    window="#f5f6f8",
    surface="#ffffff",
    raised="#ffffff",
    border="#e1e4ea",
    hover="#eef0f4",
    text="#16181d",
    muted="#5b6270",
    disabled="#9ea4b0",
    accent="#3056d3",
    accent_hover="#2747b3",
    accent_soft="#e8edfc",
    on_accent="#ffffff",
    success="#1b7a4b",
    success_soft="#e2f3ea",
    warning="#8f5b00",
    warning_soft="#fbf0da",
    danger="#c02f37",
    danger_soft="#fbe8e9",
)

DARK = Colors(
    window="#121418",
    surface="#1a1d23",
    raised="#23272f",
    border="#2f343e",
    hover="#252a33",
    text="#e7e9ed",
    muted="#9ba2ae",
    disabled="#636a77",
    accent="#86a2ff",
    accent_hover="#a0b6ff",
    accent_soft="#242e4a",
    on_accent="#0d1222",
    success="#6fcb9b",
    success_soft="#1b3327",
    warning="#e6b45c",
    warning_soft="#3a2f18",
    danger="#f0868b",
    danger_soft="#402226",
)
