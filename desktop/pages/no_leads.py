"""What an empty list of leads means."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from server.contract import LeadFilter, LeadStatus


def no_leads(leads: LeadFilter) -> tuple[str, str, str]:
    """Icon, title and a sentence, for a filter that lets nobody through."""
    translate = QCoreApplication.translate
    if leads.search:
        return (
            "search",
            translate("NoLeads", "Nothing matches"),
            translate("NoLeads", "No lead has this status and contains what you search for.")
            if leads.status
            else translate("NoLeads", "No lead contains what you search for."),
        )
    match leads.status:
        case (LeadStatus.NEW,):
            return (
                "check-circle",
                translate("NoLeads", "No new leads"),
                translate("NoLeads", "Every lead is a user already, or was skipped. Import more."),
            )
        case (LeadStatus.ACTIVATING,):
            return (
                "users",
                translate("NoLeads", "Nobody is being activated"),
                translate("NoLeads", "Leads are here only while they become users."),
            )
        case (LeadStatus.ACTIVATED,):
            return (
                "users",
                translate("NoLeads", "No users yet"),
                translate("NoLeads", "Activate leads, and they are listed here."),
            )
        case (LeadStatus.SKIPPED,):
            return (
                "check-circle",
                translate("NoLeads", "Nobody was skipped"),
                translate("NoLeads", "Leads that could not become users are listed here."),
            )
        case _:
            return "search", translate("NoLeads", "Nothing matches"), translate("NoLeads", "None of these is picked.")
