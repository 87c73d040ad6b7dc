"""What a look through the audit log has found, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.contract import AuditFault, AuditFaultKind, AuditVerification

_KINDS: Mapping[AuditFaultKind, str] = {
    AuditFaultKind.CHANGED: "changed after it was sealed",
    AuditFaultKind.DELETED: "deleted before its time",
    AuditFaultKind.INSERTED: "was never sealed, and says that it was",
    AuditFaultKind.REORDERED: "does not stand where it was sealed",
    AuditFaultKind.SEAL_DELETED: "its seal is gone",
    AuditFaultKind.SEAL_CHANGED: "its seal was changed",
    AuditFaultKind.BROKEN: "something here was changed, and the seals made anew",
    AuditFaultKind.CUT: "cut off at the end",
    AuditFaultKind.HEAD_BEHIND: "the head of the log is an earlier one",
    AuditFaultKind.HEAD_DELETED: "the head of the log is gone",
    AuditFaultKind.HEAD_CHANGED: "the head of the log was changed",
    AuditFaultKind.HEAD_UNKNOWN: "the head of the log is signed under a master key that is not known here",
    AuditFaultKind.INTERRUPTED: "before this number the log was not as the service had left it",
    AuditFaultKind.NOTED_HEAD_MISSING: "the head that was noted down is not in this log",
}


def verification_lines(found: AuditVerification) -> Iterator[str]:
    """One for each thing there is to say, what is wrong first."""
    for fault in found.faults:
        yield _fault_line(fault)
    if found.fault_count > len(found.faults):
        yield f"… and {found.fault_count - len(found.faults):,} more"
    if found.noted_number is not None:
        yield f"The head that was noted down is that of number {found.noted_number:,}."
    if found.unproven_until:
        yield (
            f"Up to number {found.unproven_until:,} it cannot be proven what was written before "
            "the lost master key was given up."
        )
    if found.not_sealed_yet:
        yield f"Not sealed yet: {found.not_sealed_yet:,} entries, which may still grow or were written just now."
    outcome = "The audit log was tampered with" if found.fault_count else "The audit log is as it was written"
    numbers = f", numbers {found.first:,} to {found.last:,}" if found.last >= found.first else ""
    yield f"{outcome}: {found.entries:,} sealed entries{numbers}."
    if found.head:
        yield f"Head: {found.head}"


def _fault_line(fault: AuditFault) -> str:
    numbers = f"{fault.first:,}" if fault.first == fault.last else f"{fault.first:,} to {fault.last:,}"
    about = [f"{fault.at:%Y-%m-%d %H:%M:%S}" if fault.at else "", f"entry {fault.entry}" if fault.entry else ""]
    known = " ".join(filter(None, about))
    return f"{numbers + '  ' if fault.first else ''}{_KINDS[fault.kind]}{f' ({known})' if known else ''}"
