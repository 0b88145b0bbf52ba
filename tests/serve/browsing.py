"""A headless Chromium for the tests of pages: nothing may leave the machine, and no script of the data may run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PROGRAM = os.environ.get("IOMLD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; the test is skipped where the system has none."""
    if PROGRAM is None:
        pytest.skip("needs the Debian package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, base: str, **options: Any) -> Iterator[Page]:
    """A window on a site. When it closes, all requests must have gone to this machine and no dialog have opened."""
    context: BrowserContext = browser.new_context(base_url=base, **options)
    elsewhere: list[str] = []
    wrong: list[str] = []
    context.on("request", lambda request: _note(request.url, elsewhere))
    context.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.set_default_timeout(8_000)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not elsewhere, "a request left the machine"
    assert not wrong


def _note(url: str, elsewhere: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "about", "blob") and parts.hostname != "127.0.0.1":
        elsewhere.append(url)
