"""Credentials for those who are asked: never in the clear.

Source: RFC 7617 (basic authentication); RFC 6750, section 2.1 (bearer tokens).
"""

from __future__ import annotations

import base64
import os
import urllib.parse
from collections.abc import Mapping

from iomld.errors import UsageError

__all__ = ["basic", "credentials"]


def basic(url: str, user: str, password: str) -> str:
    """The ``Authorization`` header of basic authentication.

    :raises UsageError: ``remote-insecure`` where it would travel in the clear
    """
    _secure(url)
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def credentials(url: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The ``Authorization`` header for an endpoint, from the environment; None where it holds none.

    ``IOMLD_ENDPOINT_TOKEN`` is sent as a bearer token, ``IOMLD_ENDPOINT_USER`` and ``IOMLD_ENDPOINT_PASSWORD`` as
    basic authentication.

    :raises UsageError: ``remote-insecure`` where they would travel in the clear
    """
    if token := environment.get("IOMLD_ENDPOINT_TOKEN"):
        _secure(url)
        return f"Bearer {token}"
    if user := environment.get("IOMLD_ENDPOINT_USER"):
        return basic(url, user, environment.get("IOMLD_ENDPOINT_PASSWORD", ""))
    return None


def _secure(url: str) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise UsageError(
            "remote-insecure",
            f"credentials would travel unencrypted to {parts.hostname}",
            hint="use https://, or give none: unset IOMLD_ENDPOINT_TOKEN and IOMLD_ENDPOINT_USER",
        )
