"""How the status of a lead is painted."""

from __future__ import annotations

from desktop.pages.cells import ChipLook
from desktop.theme.style import theme
from server.contract import Lead, LeadStatus


class StatusLook(ChipLook):
    """The colour of a lead's status."""

    def colors_of(self, row: Lead) -> tuple[str, str]:
        """Green for users, blue for what goes on, yellow for what needs a look."""
        colors = theme.colors
        return {
            LeadStatus.NEW: (colors.text, colors.border),
            LeadStatus.ACTIVATING: (colors.accent, colors.accent_soft),
            LeadStatus.ACTIVATED: (colors.success, colors.success_soft),
            LeadStatus.SKIPPED: (colors.warning, colors.warning_soft),
        }[row.status]
