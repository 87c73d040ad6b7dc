"""What another program calls the collections that it shares with this one: ``leads=prospects, users=accounts``."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Those that another program may have, by the names that they have here.
SHARED = ("leads", "users", "PendingActivationEmail", "FailedEmail")
#: This program's own, whose names nobody else may take.
OWN = frozenset(
    {
        *(
            "activationSkips",
            "activations",
            "admins",
            "audit",
            "auditSeals",
            "bounces",
            "connections",
            "deliveries",
            "importFiles",
            "imports",
        ),
        *("keyVault", "limits", "meta", "templates", "throughput", "tokens"),
    }
)
#: Of names that MongoDB allows (https://www.mongodb.com/docs/manual/reference/limits/) those without surprises.
_NAME = re.compile(r"(?!system\.)[A-Za-z_][A-Za-z0-9_.-]{0,119}")


def parse_collection_names(text: str) -> Mapping[str, str]:
    """The names by those that they have here, of all that are shared. Raises :class:`ValueError`."""
    names = {name: name for name in SHARED}
    given: set[str] = set()
    for each in filter(None, re.split(r"[,\s]+", text.strip())):
        ours, separator, theirs = each.partition("=")
        if not separator or ours not in SHARED:
            raise ValueError(f"{each!r} does not say what one of {', '.join(SHARED)} is called")
        if ours in given:
            raise ValueError(f"{ours} is named twice")
        if not _NAME.fullmatch(theirs):
            raise ValueError(f"{theirs!r} is no name of a collection")
        if theirs in OWN:
            raise ValueError(f"{theirs!r} is a collection of this program's own")
        given.add(ours)
        names[ours] = theirs
    if len(set(names.values())) < len(names):
        raise ValueError("two collections would have the same name")
    return names
