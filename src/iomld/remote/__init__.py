"""Whoever is asked over HTTP: limits, attempts, credentials."""

from iomld.remote.asking import AGENT, Refused, Remote, Reply, excerpt
from iomld.remote.credentials import basic, credentials

__all__ = ["AGENT", "Refused", "Remote", "Reply", "basic", "credentials", "excerpt"]
