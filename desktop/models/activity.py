"""The table of the audit log."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.backend.api import Api
from desktop.models.admins import role_text
from desktop.models.paged import PagedModel
from desktop.wording.actors import actor_text
from desktop.wording.numbers import MANY, whole
from desktop.wording.replies import in_full, meaning
from desktop.wording.sentences import holds_words, phrases_with
from desktop.wording.times import moment, moments
from server.contract import AuditEntry, AuditFilter, AuditResult, EmailState, Page, QueuePart, Role, Sentence

_NAMED = 3
_MOST = 100  # of one kind that the server takes
#: Details that are a moment (ISO 8601).
_MOMENTS = frozenset({"notBefore", "until"})


class ActivityColumn(IntEnum):
    """From left to right."""

    AT = 0
    BY = 1
    ACTION = 2
    COUNT = 3
    CONCERNS = 4


class ActivityModel(PagedModel[AuditEntry]):
    """Who did what, to how many, when; the latest first."""

    columns = ActivityColumn
    asked_by = ("filter",)

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.filter = AuditFilter()

    def set_filter(self, entries: AuditFilter) -> None:
        """Show only those that match."""
        if entries != self.filter:
            self.filter = entries
            self.reset()

    def export(self, path: Path) -> Coroutine[Any, Any, None]:
        """All that match as a file."""
        return self._api.export_audit(self.filter, path)

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[AuditEntry]]:
        """Ask the server for one page."""
        return self._api.audit(self.filter, after=after, skip=skip, limit=limit)

    def heading(self, column: int) -> str:
        """Above a column."""
        return {
            ActivityColumn.AT: self.tr("When"),
            ActivityColumn.BY: self.tr("Who"),
            ActivityColumn.ACTION: self.tr("What"),
            ActivityColumn.COUNT: self.tr("How many"),
            ActivityColumn.CONCERNS: self.tr("Details"),
        }[ActivityColumn(column)]

    def forms(self, column: int) -> Sequence[str]:
        """Of moments and numbers."""
        return {ActivityColumn.AT: moments(), ActivityColumn.COUNT: (whole(MANY),)}.get(ActivityColumn(column), ())

    def tip(self, row: AuditEntry, column: int) -> str | None:
        """All that it concerns, one a line."""
        if column != ActivityColumn.CONCERNS:
            return None
        number = [] if row.number is None else [self.tr("Number {0}").format(QLocale().toString(row.number))]
        return "\n".join((*_details(row, in_full), *row.emails, *number))

    def text(self, row: AuditEntry, column: int) -> str | None:
        """In a cell."""
        match ActivityColumn(column):
            case ActivityColumn.AT:
                return moment(row.at)
            case ActivityColumn.BY:
                return actor_text(row.by)
            case ActivityColumn.ACTION:
                return entry_text(row)
            case ActivityColumn.COUNT:
                return QLocale().toString(row.count)
            case ActivityColumn.CONCERNS:
                return self._concerns(row)

    def _concerns(self, entry: AuditEntry) -> str:
        named = ", ".join(entry.emails[:_NAMED])
        if named and entry.count > _NAMED:
            named = self.tr("%Ln more than {0}", "", entry.count - min(_NAMED, len(entry.emails))).format(named)
        return "; ".join((*_details(entry, meaning), *([named] if named else [])))


def _details(entry: AuditEntry, say: Callable[[Sentence | None, str], str]) -> list[str]:
    """``say``: what is told in the service's own words, as much of it as there is room for."""
    known = _detail_names()
    told = [(name, value) for name, value in entry.details.items() if value and value != "0"]
    return [
        f"{known.get(name, name)}: {_named(name, value) or say(entry.sentences.get(name), value)}"
        for name, value in told
    ]


def _named(name: str, value: str) -> str:
    """What the service calls by a name of its own; empty where others have written it, or a newer server."""
    if name == "role" and value in set(Role):
        return role_text(Role(value))
    if name in _MOMENTS:
        return _when(value)
    return _list_names().get(value, "") if name in ("part", "state") else ""


def _when(value: str) -> str:
    try:
        return moment(datetime.fromisoformat(value))
    except ValueError:  # of a newer server
        return ""


def _list_names() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        EmailState.PENDING: translate("EmailState", "Waiting"),
        EmailState.PROCESSING: translate("EmailState", "Sending"),
        EmailState.FAILED: translate("EmailState", "Failed"),
        EmailState.SENT: translate("EmailState", "Sent"),
        QueuePart.HELD: translate("FailedTabs", "Held"),
        QueuePart.BOUNCED: translate("EmailEvent", "Came back"),
    }


def _detail_names() -> dict[str, str]:
    """What is told of an action besides whom it concerns; by its own name what a newer server tells."""
    translate = QCoreApplication.translate
    return {
        "account": translate("Action", "Mail server"),
        "address": translate("Action", "New address"),
        "admin": translate("Action", "Admin"),
        "cause": translate("Action", "Cause"),
        "device": translate("Action", "Device"),
        "file": translate("Action", "File"),
        "kept": translate("Action", "Users that stay"),
        "logins": translate("Action", "Other logins ended"),
        "matching": translate("Action", "All with"),
        "notBefore": translate("Action", "Emails leave from"),
        "part": translate("Action", "List"),
        "reason": translate("Action", "Reason"),
        "request": translate("Action", "Request"),
        "role": translate("Action", "Role"),
        "search": translate("Action", "Search"),
        "state": translate("Action", "List"),
        "subject": translate("Action", "Subject"),
        "template": translate("Action", "Template (SHA-256)"),
        "until": translate("Action", "Until"),
        "version": translate("Action", "Version"),
        "via": translate("Action", "Reported by"),
    }


def entry_text(entry: AuditEntry) -> str:
    """What was done, or was to be done and was refused."""
    text = action_text(entry.action)
    if entry.result is AuditResult.DONE:
        return text
    if entry.action == "session.login":
        return QCoreApplication.translate("Action", "Login refused")
    return QCoreApplication.translate("Action", "Refused: {0}").format(text)


def searched(text: str) -> AuditFilter:
    """What the server has to look for, where the words are those that are shown: it knows the English ones alone."""
    return AuditFilter(search=text, phrases=phrases_with(text)[:_MOST], actions=_actions_with(text)[:_MOST])


def _actions_with(text: str) -> tuple[str, ...]:
    return tuple(action for action, name in _action_names().items() if holds_words(name, text))


def action_text(action: str) -> str:
    """For people; what a newer server does is shown by its own name."""
    return _action_names().get(action, action)


def _action_names() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "activation.start": translate("Action", "Activated leads"),
        "activation.stop": translate("Action", "Stopped an activation"),
        "activation.exportSkipped": translate("Action", "Exported skipped leads"),
        "leads.import": translate("Action", "Imported leads"),
        "import.upload": translate("Action", "Uploaded a file"),
        "import.stop": translate("Action", "Stopped an import"),
        "leads.undoImport": translate("Action", "Took an import back"),
        "leads.export": translate("Action", "Exported leads"),
        "users.export": translate("Action", "Exported users"),
        "queue.export": translate("Action", "Exported emails"),
        "audit.export": translate("Action", "Exported the activity"),
        "request": translate("Action", "Something for other roles"),
        "session.login": translate("Action", "Logged in"),
        "session.logout": translate("Action", "Logged out"),
        "session.revoke": translate("Action", "Ended logins"),
        "password.change": translate("Action", "Changed their password"),
        "admin.add": translate("Action", "Added an admin"),
        "admin.disable": translate("Action", "Disabled an admin"),
        "admin.enable": translate("Action", "Enabled an admin"),
        "admin.reset": translate("Action", "Reset an admin’s password"),
        "admin.role": translate("Action", "Changed an admin’s role"),
        "admin.revoke": translate("Action", "Ended an admin’s logins"),
        "key.rotate": translate("Action", "Replaced the master key"),
        "key.forget": translate("Action", "Gave up the lost master key"),
        "queue.pause": translate("Action", "Paused sending"),
        "queue.pauseEnded": translate("Action", "Sending went on by itself"),
        "queue.resume": translate("Action", "Resumed sending"),
        "queue.tryNow": translate("Action", "Tried a blocked mail server at once"),
        "queue.retry": translate("Action", "Sent emails again"),
        "queue.discard": translate("Action", "Discarded emails"),
        "queue.hold": translate("Action", "Held emails back"),
        "queue.release": translate("Action", "Released emails"),
        "queue.correct": translate("Action", "Corrected an address"),
        "queue.bounce": translate("Action", "Sent emails back"),
        "template.save": translate("Action", "Changed the email’s template"),
        "template.reset": translate("Action", "Reset the email’s template"),
        "template.test": translate("Action", "Sent a test email"),
        "presence.report": translate("Action", "Reported who is online"),
    }
