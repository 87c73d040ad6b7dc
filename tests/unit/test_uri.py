"""What is taken of MONGODB_URI, whoever it was copied from."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern
from structlog.testing import capture_logs

from server.errors import WrongSetup
from server.store import uri
from server.store.uri import PINNED, read_uri, refuse_one_of_many

#: Copied from a web application, with what its driver and its author wanted.
COPIED = (
    "mongodb://ann:s%40cret@db1.example.com,db2.example.com:27018/app?replicaSet=rs0&readPreference=secondaryPreferred"
    "&readPreferenceTags=dc:ny&maxStalenessSeconds=120&readConcernLevel=snapshot&w=1&journal=false&retryWrites=false"
    "&retryReads=false&wtimeoutMS=5&appName=x&tz_aware=false&serverSelectionTimeoutMS=1&authSource=admin&tls=false"
    "&useNewUrlParser=true&useUnifiedTopology=true&datetime_conversion=datetime_ms&unicode_decode_error_handler=strict"
)


def test_every_option_that_the_driver_knows_is_decided_once() -> None:
    tables = [uri.OURS, uri.TAKEN, frozenset(uri.CHECKED)]
    assert uri.known_options() == frozenset().union(*tables)
    assert sum(map(len, tables)) == len(uri.known_options())


def test_of_a_copied_address_hosts_and_login_are_taken_and_not_how_to_work() -> None:
    address = read_uri(COPIED)
    assert address.hosts == "db1.example.com:27017, db2.example.com:27018"
    assert address.uri == (
        "mongodb://ann:s%40cret@db1.example.com,db2.example.com:27018/app?replicaSet=rs0&authSource=admin&tls=false"
    )
    client: AsyncMongoClient[Any] = AsyncMongoClient(address.uri, connect=False, **PINNED)
    assert client.read_preference == ReadPreference.PRIMARY
    assert client.read_concern == ReadConcern()
    assert client.write_concern == WriteConcern("majority", j=True)
    assert client.options.retry_writes
    assert client.options.retry_reads
    assert client.codec_options.tz_aware


def test_what_no_driver_of_python_knows_is_left_out_with_a_word() -> None:
    with capture_logs() as logs:
        address = read_uri("mongodb://a/?useNewUrlParser=true&family=4&replicaSet=rs0")
    assert address.uri == "mongodb://a/?replicaSet=rs0"
    assert [entry["options"] for entry in logs] == [["family", "useNewUrlParser"]]


@pytest.mark.parametrize("name", sorted(uri.OURS))
def test_a_pinned_option_is_left_out_whatever_its_value(name: str) -> None:
    assert read_uri(f"mongodb://a/?{name.upper()}=nonsense&replicaSet=rs0").uri == "mongodb://a/?replicaSet=rs0"


@pytest.mark.parametrize(
    ("option", "taken", "refused"),
    [
        ("connectTimeoutMS", ("1000", "20000"), ("0", "10", "3600000")),
        ("heartbeatFrequencyMS", ("500", "30000"), ("600000",)),
        ("maxPoolSize", ("0", "20", "100"), ("1", "2")),
        ("socketTimeoutMS", ("0", "60000"), ("500", "30000")),
        ("timeoutMS", ("0",), ("1", "5000", "600000")),
        ("waitQueueTimeoutMS", ("10000",), ("10", "1000")),
    ],
)
def test_a_value_that_would_not_do_is_refused_with_its_name_and_the_fix(
    option: str, taken: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    for value in taken:
        assert f"{option}={value}" in read_uri(f"mongodb://a/?{option}={value}").uri
    for value in refused:
        with pytest.raises(WrongSetup, match=rf"MONGODB_URI=\(hidden\): the option {option} .+ Fix: leave"):
            read_uri(f"mongodb://ann:secret@a/?{option}={value}")


def test_every_condition_is_tried() -> None:
    tried = {"connecttimeoutms", "heartbeatfrequencyms", "maxpoolsize", "sockettimeoutms", "timeoutms"}
    assert tried | {"waitqueuetimeoutms"} == uri.CHECKED.keys()


@pytest.mark.parametrize("option", ["maxPoolSize=many", "tls=perhaps", "minPoolSize=-1", "zlibCompressionLevel=99"])
def test_a_value_that_is_none_is_refused_by_the_name_of_its_option(option: str) -> None:
    with pytest.raises(WrongSetup) as refused:
        read_uri(f"mongodb://ann:secret@a/?{option}")
    assert f"the option {option.partition('=')[0]} has a value that cannot be used" in refused.value.message
    assert "secret" not in refused.value.message


def test_one_server_of_several_is_refused_and_a_lonely_one_is_not() -> None:
    lonely = read_uri("mongodb://a/?directConnection=true")
    refuse_one_of_many(lonely, {"setName": "rs0", "hosts": ["a:27017"]})
    refuse_one_of_many(read_uri("mongodb://a/?replicaSet=rs0"), {"setName": "rs0", "hosts": ["a:27017", "b:27017"]})
    with pytest.raises(WrongSetup, match=r"the option directConnection .+ Fix: leave it out"):
        refuse_one_of_many(lonely, {"setName": "rs0", "hosts": ["a:27017", "b:27017"]})
    for address in ("mongodb://a,b/?directConnection=true", "mongodb+srv://a.example.com/?directConnection=true"):
        with pytest.raises(WrongSetup, match="the option directConnection"):
            read_uri(address)


@pytest.mark.parametrize(
    "address", ["", "http://a/", "mongodb://", "mongodb:///?w=1", "mongodb://a:port/", "mongodb://a:99999/"]
)
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(WrongSetup, match=r"is not a valid address\. Fix: mongodb://user"):
        read_uri(address)


def test_hosts_of_every_form_are_named() -> None:
    assert read_uri("mongodb://[::1]:27018,h").hosts == "::1:27018, h:27017"
    assert read_uri("mongodb+srv://ann:secret@cluster.example.com/?retryWrites=true&w=majority").hosts == (
        "cluster.example.com"
    )
