"""Connection strings: what they say, what of them may be shown, and what the environment adds.

Passwords stand in the environment: ``${NAME}`` in a connection string, a user name or a password is the value of that
variable.
"""

from __future__ import annotations

import os
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field

from iomld.errors import SourceError, nearest
from iomld.sources.model import LogicalSource

__all__ = ["Address", "from_environment", "is_database", "parse_address", "shown_access"]

_KINDS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}
_SCHEME = re.compile(r"(?:jdbc:)?([A-Za-z][A-Za-z0-9]*)(?:\+\w+)?:")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME_OF_SECRET = r"[\w.-]*(?:password|passwd|passphrase|pwd|token|secret|credential)[\w.-]*|[\w.-]*(?:pass|key)"
_SECRET = re.compile(rf"([?&;](?:{_NAME_OF_SECRET})=)[^&;]*", re.I)
_BEGINNING = re.compile(rf"jdbc:(?:\w+:)+(?://)?|[a-z][\w+.-]+://|(?:{'|'.join(_KINDS)})(?:\+\w+)?:", re.I)
_WITHOUT_USER = re.compile(r"(?:jdbc:)?(?:sqlite|file)\b", re.I)
_WEB = re.compile(r"https?://[^/?#@:]+(?::[0-9]+)?[/?#]", re.I)  # of which no user can be the beginning


@dataclass(frozen=True)
class Address:
    """Where a database is.

    :param kind: ``postgresql``, ``mysql`` or ``sqlite``
    :param database: name of the database; the path of a file for SQLite
    :param options: what the connection string says besides, for the driver; empty for those of JDBC, which are Java's
    :param shown: the address as it may be shown
    """

    kind: str
    database: str
    shown: str
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def without_secrets(self, message: str) -> str:
        """The first line of a driver's message, with passwords blotted out should they stand there."""
        first = message.strip().splitlines()[0] if message.strip() else "no reason given"
        named = (value for name, value in self.options.items() if re.fullmatch(_NAME_OF_SECRET, name, re.I))
        for secret in filter(None, (self.password, *named)):
            first = first.replace(secret, "…")
        return first


def is_database(access: str) -> bool:
    """Whether a text is a connection string, not a path."""
    match = _SCHEME.match(access)
    return access.startswith(("jdbc:", "${")) or (match is not None and match[1].lower() in _KINDS)


def shown_access(source: LogicalSource) -> str:
    """What a source is called for people: its path, or its connection string without user, password and tokens."""
    return _without_user(source.access)


def _without_user(access: str) -> str:
    beginning = _BEGINNING.match(access)
    if beginning is None:  # a path
        return access
    begun, rest = beginning[0], access[beginning.end() :]
    user = ""
    if not (_WITHOUT_USER.match(access) or _WEB.match(access)):
        # Up to the last @: a password may hold one, and a ?, / or # that ought to be written %3F, %2F or %23.
        user, _, rest = rest.rpartition("@")
    return begun + ("…@" if re.search("[/?#]", user) else "") + _SECRET.sub(r"\1…", rest)


def from_environment(text: str, source: LogicalSource) -> str:
    """Put the values of environment variables in the place of ``${NAME}``.

    :raises SourceError: ``environment-missing``
    """

    def value(match: re.Match[str]) -> str:
        try:
            return os.environ[match[1]]
        except KeyError:
            raise SourceError(
                "environment-missing",
                f"the environment has no variable {match[1]}",
                location=source.location,
                hint=f"set it before the run: export {match[1]}=…",
            ) from None

    return _VARIABLE.sub(value, text)


def parse_address(source: LogicalSource) -> Address:
    """Read the connection string of a source, that of JDBC or a URL.

    :raises SourceError: ``database-unsupported``, ``database-address``, ``environment-missing``
    """
    access = from_environment(source.access, source)
    match = _SCHEME.match(access)
    scheme = match[1].lower() if match else ""
    if match is None or source.formulation == "sqlite":
        return Address("sqlite", access[match.end() :] if match and scheme == "sqlite" else access, access)
    if scheme not in _KINDS:
        raise SourceError(
            "database-unsupported",
            f"databases such as “{scheme}” cannot be read",
            location=source.location,
            hint=nearest(scheme, _KINDS) or "SQLite, PostgreSQL, MySQL and MariaDB can; or export the table as CSV",
        )
    rest = access[match.end() :]
    if _KINDS[scheme] == "sqlite":
        path = rest.removeprefix("//")
        # sqlite:///people.db is a relative path, sqlite:////var/people.db an absolute one
        return Address("sqlite", path[1:] if rest.startswith("///") else path, access)
    try:
        parts = urllib.parse.urlsplit(f"db:{rest if rest.startswith('//') else '///' + rest}")
        port = parts.port
    except ValueError:
        raise _malformed(source) from None
    options = dict(urllib.parse.parse_qsl(parts.query))
    user = parts.username and urllib.parse.unquote(parts.username)
    password = parts.password and urllib.parse.unquote(parts.password)
    given_user = options.pop("user", None)
    given_password = options.pop("password", None)
    database = urllib.parse.unquote(parts.path.lstrip("/"))
    if not database:
        raise _malformed(source)
    return Address(
        _KINDS[scheme],
        database,
        shown_access(source),
        parts.hostname,
        port,
        from_environment(source.user, source) if source.user else user or given_user,
        from_environment(source.password, source) if source.password else password or given_password,
        {} if access.startswith("jdbc:") else options,
    )


def _malformed(source: LogicalSource) -> SourceError:
    return SourceError(
        "database-address",
        f"“{shown_access(source)}” names no database",
        location=source.location,
        hint="write postgresql://user@host:5432/database or mysql://user@host/database; "
        "in a password, %3F stands for ?, %2F for /, %23 for # and %40 for @",
    )
