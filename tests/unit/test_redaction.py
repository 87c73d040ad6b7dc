"""A secret is blacked out wherever it stands, also within what base64 makes of a longer text."""

from __future__ import annotations

import base64
import math
import string

from hypothesis import given
from hypothesis import strategies as st

from server.operations.redaction import HIDDEN, hide, unhide, without_secrets

_SECRETS = st.text(string.ascii_letters + string.digits + "._~/+", min_size=12, max_size=80)
_BESIDE = st.binary(max_size=9)


@given(secret=_SECRETS, before=_BESIDE, after=_BESIDE)
def test_of_a_secret_in_base64_no_more_than_its_edges_is_left(secret: str, before: bytes, after: bytes) -> None:
    hide([secret])
    try:
        told = without_secrets(base64.b64encode(before + secret.encode() + after).decode())
    finally:
        unhide([secret])
    assert HIDDEN in told
    # A letter has six bits; one that is shared with a neighbour may be left on either side.
    beside = math.ceil((len(before) + 3) * 8 / 6) + math.ceil((len(after) + 3) * 8 / 6)
    assert len(told.replace(HIDDEN, "")) <= beside + 2


@given(secret=_SECRETS, times=st.integers(1, 3))
def test_what_several_hide_stays_hidden_until_all_have_done_with_it(secret: str, times: int) -> None:
    for _ in range(times):
        hide([secret])
    for _ in range(times):
        assert secret not in without_secrets(f"said {secret} said")
        unhide([secret])
    assert without_secrets(f"said {secret} said") == f"said {secret} said"
