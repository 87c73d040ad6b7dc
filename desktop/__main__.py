"""``python -m desktop``."""

from __future__ import annotations

from desktop.start import main

main()
