"""The activation email: from a template to the bytes that go over the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email

from server.letterhead import Letterhead
from server.mail.mime import two_parts
from server.mail.smtp import Message
from server.mail.templates import Facts, Letter, default_template
from server.operations.redaction import MASK
from server.settings import Settings
from server.store.emails import ClaimedEmail
from server.text import one_line


class ActivationEmails:
    """Writes activation emails."""

    def __init__(
        self,
        *,
        mail_from: str,
        login_url: str,
        fill: Callable[[Facts], Letter] | None = None,
        letterhead: Letterhead | None = None,
        foretell: Callable[[str, bytes], None] | None = None,
    ) -> None:
        """``fill``: how the template in use is filled in; the one in ``resources/email`` unless given.

        ``foretell``: told the Message-ID of each email that is written, and how it reads with a mask for its password.
        """
        self._letterhead = letterhead or Letterhead()
        name, self.sender = parseaddr(mail_from)
        self._from = Address(display_name=name, addr_spec=self.sender)
        #: Where new users log in.
        self.login_url = login_url
        self._fill = fill or default_template().fill
        self._foretell = foretell

    @classmethod
    def by(
        cls,
        settings: Settings,
        *,
        fill: Callable[[Facts], Letter] | None = None,
        foretell: Callable[[str, bytes], None] | None = None,
    ) -> ActivationEmails:
        """As the settings want them."""
        return cls(
            mail_from=settings.mail_from,
            login_url=settings.login_url,
            fill=fill,
            letterhead=settings.letterhead,
            foretell=foretell,
        )

    def write(self, email: ClaimedEmail, password: str) -> Message:
        """The message for one new user. The same email has the same Message-ID however often it is written.

        Raises ValueError when it cannot be addressed.
        """
        if self._foretell is not None:
            self._foretell(email.message_id, self._written(email, MASK).content)
        return self._written(email, password)

    def _written(self, email: ClaimedEmail, password: str) -> Message:
        facts = self.facts(email.name, email.email, password)
        return self.message(self._fill(facts), facts, message_id=email.message_id)

    def facts(self, name: str, email: str, password: str) -> Facts:
        """What a template is told."""
        return Facts(name=one_line(name), email=email, password=password, login_url=self.login_url)

    def message(self, letter: Letter, facts: Facts, *, message_id: str) -> Message:
        """The letter as it goes over the wire. Raises ValueError when it cannot be addressed."""
        address = envelope_address(facts.email)
        email_id = message_id.strip("<>").partition("@")[0]
        headers: dict[str, str | Address] = {
            "From": self._from,
            **self._reply_to(),
            "To": Address(facts.name, *address.rsplit("@", 1)),
            "Subject": one_line(letter.subject),
            "Date": format_datetime(datetime.now(UTC)),
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834: no automatic replies, please
            "X-Auto-Response-Suppress": "OOF, AutoReply",  # the same for Exchange (MS-OXCMAIL, 2.1.3.2.7)
            **self._letterhead.headers_of(email_id),
        }
        content = two_parts(headers, text=letter.text, html=letter.html)
        sender = self._letterhead.envelope_sender(self.sender, email_id)
        return Message(sender=sender, recipient=address, content=content, envelope_id=email_id)

    def _reply_to(self) -> dict[str, Address]:
        if self._letterhead.reply_to is None:
            return {}
        name, address = parseaddr(self._letterhead.reply_to)
        return {"Reply-To": Address(display_name=name, addr_spec=address)}


def envelope_address(address: str) -> str:
    """The address as mail servers want it: the domain in ASCII (RFC 5891).

    Raises ValueError when it is no address.
    """
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    return checked.ascii_email or f"{checked.local_part}@{checked.ascii_domain}"
