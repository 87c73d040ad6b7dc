"""What a look through the audit log has found, for people."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.wording.times import about_when, moment
from server.contract import AuditFault, AuditFaultKind, AuditVerification

#: Digits of a head that tell one from another at a glance; all of them are in the tip.
_SHOWN = 12


def verdict(found: AuditVerification) -> str:
    """In one or two sentences."""
    translate = QCoreApplication.translate
    when = about_when(found.verified_at)
    if found.fault_count:
        text = translate("Audit", "The audit log was tampered with ({0}). {1}").format(
            when, fault_text(found.faults[0])
        )
        if found.fault_count > 1:
            text += " " + translate("Audit", "And more: {0}.").format(QLocale().toString(found.fault_count - 1))
        return text
    if not found.entries:
        return translate("Audit", "Verified {0}: nothing is sealed yet.").format(when)
    text = translate("Audit", "Verified {0}: all {1} sealed entries are as they were written, head {2}…").format(
        when, QLocale().toString(found.entries), found.head[:_SHOWN]
    )
    if found.unproven_until:
        text += " " + translate(
            "Audit", "What was written up to number {0} cannot be proven, as the master key was lost."
        ).format(QLocale().toString(found.unproven_until))
    return text


def in_detail(found: AuditVerification) -> str:
    """All that is known, one a line."""
    return "\n".join(_lines(found))


def _lines(found: AuditVerification) -> Iterator[str]:
    translate, locale = QCoreApplication.translate, QLocale()
    yield from (fault_text(fault) for fault in found.faults)
    if found.last >= found.first:
        yield translate("Audit", "Numbers {0} to {1}").format(locale.toString(found.first), locale.toString(found.last))
    if found.not_sealed_yet:
        yield translate("Audit", "Not sealed yet: {0}").format(locale.toString(found.not_sealed_yet))
    if found.head:
        yield translate("Audit", "Head: {0}").format(found.head)


def fault_text(fault: AuditFault) -> str:
    """What was done, and to which numbers."""
    text = _fault(fault.kind)
    locale = QLocale()
    if fault.first:
        numbers = locale.toString(fault.first)
        if fault.last > fault.first:
            numbers = f"{numbers}–{locale.toString(fault.last)}"
        text = QCoreApplication.translate("Audit", "Number {0}: {1}").format(numbers, text)
    return text if fault.at is None else f"{text} ({moment(fault.at)})"


def _fault(kind: AuditFaultKind) -> str:
    translate = QCoreApplication.translate
    return {
        AuditFaultKind.CHANGED: translate("Audit", "changed after it was sealed."),
        AuditFaultKind.DELETED: translate("Audit", "deleted before its time."),
        AuditFaultKind.INSERTED: translate("Audit", "An entry was never sealed, and says that it was."),
        AuditFaultKind.REORDERED: translate("Audit", "does not stand where it was sealed."),
        AuditFaultKind.SEAL_DELETED: translate("Audit", "its seal is gone."),
        AuditFaultKind.SEAL_CHANGED: translate("Audit", "its seal was changed."),
        AuditFaultKind.BROKEN: translate("Audit", "something here was changed, and the seals made anew."),
        AuditFaultKind.CUT: translate("Audit", "cut off at the end."),
        AuditFaultKind.HEAD_BEHIND: translate("Audit", "The head of the log is an earlier one."),
        AuditFaultKind.HEAD_DELETED: translate("Audit", "The head of the log is gone."),
        AuditFaultKind.HEAD_CHANGED: translate("Audit", "The head of the log was changed."),
        AuditFaultKind.HEAD_UNKNOWN: translate(
            "Audit", "The head of the log is signed under a master key that the server does not know."
        ),
        AuditFaultKind.INTERRUPTED: translate("Audit", "before it the log was not as the server had left it."),
        AuditFaultKind.NOTED_HEAD_MISSING: translate("Audit", "The head that was noted down is not in this log."),
    }[kind]
