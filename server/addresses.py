"""Which addresses can receive an activation email, and what is wrong with the others."""

from __future__ import annotations

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from server.contract.import_codes import ADDRESS_PHRASES, ImportProblemCode
from server.errors import Invalid

_MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_MAX_MAILBOX = 64  # RFC 5321, 4.5.3.1.1


class Unusable(Invalid):
    """No email can be sent to such an address."""

    def __init__(self, code: ImportProblemCode, **params: str | int) -> None:
        super().__init__(ADDRESS_PHRASES[code], details=None, **params)
        self.problem_code = code
        self.problem_params = params


def usable_address(address: str) -> str:
    """The address in its normal form, by syntax alone (RFC 5321); no questions to the DNS.

    Raises :class:`Unusable` with the reason.
    """
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise _why(address) from error


def is_usable(address: str) -> bool:
    """Whether an email can be addressed to it at all."""
    try:
        usable_address(address)
    except Invalid:
        return False
    return True


def _why(address: str) -> Unusable:
    """What an address fails by: own reasons, as a library's words are in no other language."""
    mailbox, at, domain = address.strip().rpartition("@")
    if not at:
        return Unusable(ImportProblemCode.NOT_AN_ADDRESS)
    if len(address) > _MAX_ADDRESS or len(mailbox.encode("utf-8", "replace")) > _MAX_MAILBOX:
        return Unusable(ImportProblemCode.ADDRESS_TOO_LONG)
    try:
        validate_email(f"a@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return _why_not_to(domain)
    return Unusable(ImportProblemCode.BAD_MAILBOX)


def _why_not_to(domain: str) -> Unusable:
    if any(domain.casefold() == each or domain.casefold().endswith(f".{each}") for each in SPECIAL_USE_DOMAIN_NAMES):
        return Unusable(ImportProblemCode.RESERVED_DOMAIN, domain=domain)
    if domain and "." not in domain and domain.replace("-", "").isalnum():
        return Unusable(ImportProblemCode.NO_DOT_IN_DOMAIN, domain=domain)
    return Unusable(ImportProblemCode.BAD_DOMAIN)
