"""What can go wrong between the desktop, its server and this computer: what happened, and what to do."""

from __future__ import annotations

from enum import Enum, unique

from pydantic.alias_generators import to_camel
from PySide6.QtCore import QCoreApplication

from desktop.wording.numbers import unbroken
from server.contract.sentences import translatable

_UNTRUSTED = translatable("Trouble", "The server cannot prove who it is.")
_UNTOLD = translatable(
    "Trouble", "The server gives a reason that this desktop does not know. The details have it in English."
)


@unique
class Trouble(Enum):
    """Each with its title and its advice, whose parameters stand in braces.

    Where the server says why, that takes the place of the advice.
    """

    UNREACHABLE = (
        translatable("Trouble", "The server cannot be reached."),
        translatable("Trouble", "Check that it runs at {server} and that the network is up, then try again."),
    )
    LOST = (
        translatable("Trouble", "The connection to the server was lost."),
        translatable("Trouble", "It is tried again."),
    )
    BEHIND_PROXY = (
        translatable("Trouble", "The server cannot be reached."),
        translatable(
            "Trouble",
            "A proxy answers at {server}, but the server behind it does not; it may be restarting. "
            "Try again in a moment.",
        ),
    )
    TOO_LARGE_FOR_PROXY = (
        translatable("Trouble", "The file is too large for what stands in front of the server."),
        translatable(
            "Trouble",
            "The proxy at {server} takes no files of this size. Whoever looks after it can raise its limit to 60 MB "
            "(in nginx: client_max_body_size 60m).",
        ),
    )
    #: It is there, and cannot do it at present.
    UNAVAILABLE = (translatable("Trouble", "The server cannot answer."), _UNTOLD)
    UNANSWERED = (
        translatable("Trouble", "The server has not answered."),
        translatable(
            "Trouble",
            "If the request has reached it, the activation goes on there and is shown here as soon as the connection "
            "is back. Nothing is activated twice.",
        ),
    )
    ACTIVATION_FAILED = (
        translatable("Trouble", "The activation could not be finished. The other leads are as they were."),
        _UNTOLD,
    )
    NOT_UNDERSTOOD = (
        translatable("Trouble", "The server's answer was not understood."),
        translatable("Trouble", "Server and desktop may be of different versions; update the older one."),
    )
    STRANGER = (
        translatable("Trouble", "Something else answers at this address."),
        translatable("Trouble", "Check the server's address; what answered is not Activation Desk."),
    )
    REFUSED = (translatable("Trouble", "That did not work."), _UNTOLD)
    NOTHING_TYPED = (
        translatable("Trouble", "Name or password is missing."),
        translatable("Trouble", "Type your name and your password."),
    )
    LOGGED_OUT = (translatable("Trouble", "You are logged out."), translatable("Trouble", "Log in again."))
    UNREADABLE = (
        translatable("Trouble", "The file cannot be read."),
        translatable("Trouble", "{file}: {reason}. Choose another file, or change its permissions."),
    )
    NOT_SAVED = (
        translatable("Trouble", "The file was not saved."),
        translatable("Trouble", "{file}: {reason}. Choose another place."),
    )
    INSECURE = (
        translatable("Trouble", "The connection would not be safe."),
        translatable(
            "Trouble",
            "To {server} your password would travel in the clear. Use an address that starts with https:// "
            "(the server needs a certificate for it), or run the desktop on the server's own machine.",
        ),
    )
    CERTIFICATE_EXPIRED = (
        _UNTRUSTED,
        translatable("Trouble", "Its certificate has expired. Whoever looks after the server has to renew it."),
    )
    CERTIFICATE_NOT_YET_VALID = (
        _UNTRUSTED,
        translatable("Trouble", "Its certificate is not valid yet. Is the clock of this computer right?"),
    )
    CERTIFICATE_OF_ANOTHER = (
        _UNTRUSTED,
        translatable(
            "Trouble", "Its certificate is for another name than {host}. Use the name that the certificate is for."
        ),
    )
    CERTIFICATE_UNKNOWN = (
        _UNTRUSTED,
        translatable(
            "Trouble",
            "Its certificate comes from nobody whom this computer trusts. If your organisation has an authority "
            "of its own, have it installed on this computer, or name its file in {variable}.",
        ),
    )

    @property
    def code(self) -> str:
        """A stable name, for those who report it."""
        return to_camel(self.name.lower())

    @property
    def title(self) -> str:
        """What happened."""
        return QCoreApplication.translate("Trouble", self.value[0])

    def english(self, **params: str) -> str:
        """Both, for the log."""
        return " ".join(self.value).format_map(params)

    def advice(self, **params: str) -> str:
        """What to do."""
        return unbroken(QCoreApplication.translate("Trouble", self.value[1]).format_map(params))
