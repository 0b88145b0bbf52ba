"""Connection strings: what of them is shown."""

from pathlib import Path

import pytest

from iomld.errors import SourceError
from iomld.location import SourceLocation
from iomld.sources import LogicalSource, shown_access
from iomld.sources.addresses import parse_address


def source(access: str) -> LogicalSource:
    return LogicalSource(access, Path(), "sql", SourceLocation("m.yml", line=3))


@pytest.mark.parametrize(
    ("access", "shown"),
    [
        ("postgresql://u:secret@host:5432/db", "postgresql://host:5432/db"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgresql://u:se?cret@host/db", "postgresql://…@host/db"),
        ("postgresql://u:se/cr@et#@host/db?sslmode=require", "postgresql://…@host/db?sslmode=require"),
        ("postgresql://u:1?secret@host/db", "postgresql://…@host/db"),
        ("mysql+pymysql://u:se?cret=x@host/db", "mysql+pymysql://…@host/db"),
        ("postgresql:u:secret@host/db", "postgresql:host/db"),
        (
            "postgresql://host/db?sslpassword=secret&sslmode=require",
            "postgresql://host/db?sslpassword=…&sslmode=require",
        ),
        ("mysql://host/db?ssl_key_password=secret", "mysql://host/db?ssl_key_password=…"),
        ("mysql://host/db?access_token=secret;passwd=secret", "mysql://host/db?access_token=…;passwd=…"),
        ("jdbc:postgresql://host/db?user=u&password=secret", "jdbc:postgresql://host/db?user=u&password=…"),
        ("jdbc:oracle:thin:scott/secret@//host:1521/db", "jdbc:oracle:thin:…@//host:1521/db"),
        ("jdbc:sqlserver://host;databaseName=db;trustStorePassword=secret", None),
        ("https://u:secret@host/sparql", "https://host/sparql"),
        ("https://u:se?cret@host/sparql", "https://…@host/sparql"),
        ("https://host/@people?graph=mailto:a@b&apikey=secret", "https://host/@people?graph=mailto:a@b&apikey=…"),
        ("sqlite:///home/a@b/people.db", "sqlite:///home/a@b/people.db"),
        ("data/a@b.csv", "data/a@b.csv"),
        ("C:\\a@b.csv", "C:\\a@b.csv"),
    ],
)
def test_no_password_is_shown(access: str, shown: str | None) -> None:
    found = shown_access(source(access))
    assert "secret" not in found and "cret" not in found
    assert shown is None or found == shown


def test_a_password_that_makes_the_address_illegible_is_not_told() -> None:
    with pytest.raises(SourceError) as caught:
        parse_address(source("postgresql://u:pa?ss@host/db"))
    assert caught.value.id == "database-address"
    assert "pa?ss" not in str(caught.value) and "host/db" in str(caught.value)
    assert "%3F" in str(caught.value)


def test_messages_of_drivers_lose_every_password() -> None:
    address = parse_address(source("postgresql://u:secret@host/db?sslpassword=hidden&application_name=iomld"))
    assert address.without_secrets("no secret, no hidden key for iomld\nmore") == "no …, no … key for iomld"
    assert "hidden" not in repr(address)
