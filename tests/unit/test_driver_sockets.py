"""Whose sockets may be left open."""

from __future__ import annotations

import gc
import socket
import warnings
from types import ModuleType

import pytest
from pymongo import pool_shared


@pytest.mark.filterwarnings("always::ResourceWarning")
@pytest.mark.parametrize(
    ("maker", "warned_of"),
    [
        pytest.param(pool_shared.__dict__["socket"], False, id="the driver's"),
        pytest.param(socket, True, id="ours"),
    ],
)
def test_a_socket_that_is_left_is_warned_of_unless_it_is_the_drivers(maker: ModuleType, warned_of: bool) -> None:
    with warnings.catch_warnings(record=True) as caught:
        left = maker.socket(socket.AF_INET, socket.SOCK_STREAM)
        number = left.fileno()
        del left
        gc.collect()
    told = [str(each.message) for each in caught if f"fd={number}" in str(each.message)]
    assert bool(told) is warned_of
    with pytest.raises(OSError, match="Bad file descriptor"):
        socket.close(number)
