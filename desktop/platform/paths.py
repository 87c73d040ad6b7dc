"""Where the desktop keeps its own files, as each platform wants it."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_NAME = "activation-desk"


def preferences_file() -> Path:
    """What the desktop remembers between runs; never a secret."""
    return platformdirs.user_config_path(_NAME, appauthor=False) / "desktop.ini"


def log_file() -> Path:
    """The desktop's own log."""
    return platformdirs.user_log_path(_NAME, appauthor=False) / "desktop.log"
