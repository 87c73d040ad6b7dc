"""Ids of rows cross the wire and come back as what they were, whoever has given them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import bson
import pytest
from bson import Binary, Code, Decimal128, Int64, MaxKey, ObjectId, Regex
from hypothesis import given
from hypothesis import strategies as st

from server.contract import ROW_ID_PATTERN
from server.errors import Invalid
from server.store.ids import stored_id, wire_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IDS = st.one_of(
    st.binary(min_size=12, max_size=12).map(ObjectId),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**31), 2**31).map(Int64),
    st.floats(allow_nan=False),
    st.booleans(),
    st.uuids().map(Binary.from_uuid),
    st.binary(max_size=40).map(Binary),
    st.integers(0, 10**12).map(lambda milliseconds: _EPOCH + timedelta(milliseconds=milliseconds)),
    st.decimals(allow_nan=False, places=2, min_value=-1000, max_value=1000).map(Decimal128),
)


@given(IDS)
def test_an_id_comes_back_with_its_value_and_its_type(id_: object) -> None:
    text = wire_id(id_)
    assert re.fullmatch(ROW_ID_PATTERN, text)
    assert quote(text) == text, "it stands in an address as it is"
    back = stored_id(text)
    assert bson.encode({"": back}) == bson.encode({"": id_})


@given(IDS, IDS)
def test_two_ids_are_never_one(one: object, other: object) -> None:
    same = bson.encode({"": one}) == bson.encode({"": other})
    assert (wire_id(one) == wire_id(other)) == same


def test_those_of_ours_are_as_they_were() -> None:
    ours = ObjectId()
    assert wire_id(ours) == str(ours)
    assert wire_id(str(ours)) != str(ours), "a text that looks like one of ours is not one"


@pytest.mark.parametrize(
    "value", [Regex(".*"), Code("x"), MaxKey(), None, {"$gt": ""}, {"a": 1}, [1], {"": {"$ne": 1}}], ids=repr
)
def test_what_would_find_other_rows_is_no_id(value: object) -> None:
    with pytest.raises(Invalid):
        stored_id(wire_id(value))


@pytest.mark.parametrize("text", ["", "~", "~AAAA", "~" + "A" * 2000, "x", "~é", "0" * 23, "5f" * 16])
def test_what_nobody_has_answered_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        stored_id(text)


def test_a_second_value_is_not_passed_over() -> None:
    forged = urlsafe_b64encode(bson.encode({"": "a", "b": 1})).decode().rstrip("=")
    with pytest.raises(Invalid):
        stored_id(f"~{forged}")
