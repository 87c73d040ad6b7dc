"""Commands of ``activation-server``, a module for each noun; :mod:`server.cli.program` puts them together."""

from server.cli.program import main

__all__ = ["main"]
