"""What is said where a database does not answer: the same words for each driver."""

from __future__ import annotations

from collections.abc import Iterable

from iomld.errors import OutsideError, SourceError, nearest
from iomld.sources.addresses import Address
from iomld.sources.model import LogicalSource

__all__ = ["lost", "refused", "unknown_table", "unreachable"]


def unreachable(address: Address, source: LogicalSource, message: str, *, variable: str) -> OutsideError:
    """No connection could be made.

    :param message: of the driver
    :param variable: of the environment, in which the driver looks for a password
    """
    return OutsideError(
        "database-unreachable",
        f"{address.shown}: {address.without_secrets(message)}",
        location=source.location,
        hint=f"check address and password; the password may stand in {variable}",
    )


def lost(address: Address, source: LogicalSource, message: str, *, read: int) -> OutsideError:
    """The connection ended after so many rows."""
    return OutsideError(
        "database-lost",
        f"{address.shown} went away after {read:,} rows: {address.without_secrets(message)}",
        location=source.location,
        hint="run again when it is back; nothing was written",
    )


def refused(address: Address, source: LogicalSource, message: str) -> SourceError:
    """The database does not take the query."""
    return SourceError(
        "query-failed",
        f"the database refuses the query: {address.without_secrets(message)}",
        location=source.location,
    )


def unknown_table(source: LogicalSource, bare: str, known: Iterable[str]) -> SourceError:
    """There is no table of the name that the source gives.

    :param bare: the name without its quotes, to which the nearest of the known ones is found
    """
    return SourceError(
        "database-table",
        f"the database has no table “{source.table}”",
        location=source.location,
        hint=nearest(bare, known),
    )
