"""What a token server has given (RFC 6749, 5.1)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Grant:
    """What the token server has given."""

    access_token: str = field(repr=False)
    #: Seconds.
    lifetime: float
    #: Instead of the one that was shown, which may not be valid any more (RFC 6749, 6).
    refresh_token: str | None = field(default=None, repr=False)
