"""Tool tips: always plain text. Qt takes for HTML what looks like it, and loads what that names."""

from __future__ import annotations

from html import escape
from typing import Protocol


class Tipped(Protocol):
    """Widgets, entries of menus, rows of lists, the icon in the tray."""

    def setToolTip(self, tip: str, /) -> None:  # noqa: N802 - Qt's name
        """What is shown while the mouse rests there."""


def set_tip(what: Tipped, text: str) -> None:
    """Show it there, to the letter."""
    what.setToolTip(plain_tip(text))


def plain_tip(text: str) -> str:
    """The same for :attr:`Qt.ItemDataRole.ToolTipRole`: what Qt shows as just this text."""
    if "<" not in text and "&" not in text:  # without which Qt takes nothing for HTML
        return text
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
