"""What this program calls itself where it logs in, for its admin to know it by in the list of logins."""

from __future__ import annotations

import platform
import re

_SYSTEMS = {"Darwin": "macOS"}


def device_name() -> str:
    """Such as ``Activation Desk (anns-laptop, Linux)``; fit for a ``User-Agent`` header (RFC 9110, 10.1.5)."""
    computer = re.sub(r"[^A-Za-z0-9._-]", "", platform.node().removesuffix(".local"))
    system = platform.system()
    names = ", ".join(name for name in (computer, _SYSTEMS.get(system, system)) if name)
    return f"Activation Desk ({names})" if names else "Activation Desk"
