"""Which addresses can receive an activation email."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from server.errors import Invalid


def usable_address(address: str) -> str:
    """The address in its normal form, by syntax alone (RFC 5321); no questions to the DNS.

    Raises :class:`Invalid` with the reason.
    """
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Invalid(str(error)) from error


def is_usable(address: str) -> bool:
    """Whether an email can be addressed to it at all."""
    try:
        usable_address(address)
    except Invalid:
        return False
    return True
