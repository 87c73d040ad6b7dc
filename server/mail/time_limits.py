"""How long an answer of the mail server may take, at each stage."""

from __future__ import annotations

from dataclasses import dataclass

#: A greeting may take so many times as long as connecting: servers make strangers wait before they speak.
_GREETING = 5


@dataclass(frozen=True)
class TimeLimits:
    """In seconds. Whoever gives up too soon after the final dot sends everybody another copy.

    The least that each should have is in RFC 5321, 4.5.3.2: 5 minutes for the greeting, MAIL and RCPT, 2 for DATA, and
    10 for the answer to the final dot, as filters look at the message just then.
    """

    #: To connect, and for each step of EHLO, STARTTLS and the login.
    connect: float
    greeting: float
    #: MAIL and RCPT.
    envelope: float = 300
    data: float = 120
    final_dot: float = 600

    @classmethod
    def with_connect(cls, seconds: float) -> TimeLimits:
        """The RFC's, with so long for connecting and the login."""
        return cls(connect=seconds, greeting=_GREETING * seconds)

    @classmethod
    def each(cls, seconds: float) -> TimeLimits:
        """The same for every stage, where somebody looks on."""
        return cls(seconds, seconds, seconds, seconds, seconds)
