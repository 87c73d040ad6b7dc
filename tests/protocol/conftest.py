"""The real engine, for the replay."""

from __future__ import annotations

import pytest

from tests.integration.conftest import database, engine_uri

__all__ = ["database", "engine_uri"]

#: So that a walk that parts from the model says what it compared.
pytest.register_assert_rewrite("tests.protocol.replay")
