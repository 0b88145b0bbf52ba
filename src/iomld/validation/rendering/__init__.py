"""The report in the forms that people and programs read."""

from __future__ import annotations

import importlib

from iomld.validation.report import Report

__all__ = ["FORMATS", "render"]

#: name of the format: module that writes it
FORMATS: dict[str, str] = {
    "human": "human",
    "json": "json_report",
    "csv": "csv_report",
    "turtle": "turtle",
    "sarif": "sarif",
    "junit": "junit",
    "html": "html_page",
}


def render(report: Report, format: str) -> str:
    """A report as text.

    :param format: one of :data:`FORMATS`: ``human``, ``json``, ``csv``, ``turtle``, ``sarif``, ``junit``, ``html``
    :returns: the whole text, ending in a line break; the same report always gives the same text
    """
    module = importlib.import_module(f"iomld.validation.rendering.{FORMATS[format]}")
    text: str = module.write(report)
    return text
