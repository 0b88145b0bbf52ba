"""The addresses of all pages, for search engines.

Source: sitemaps.org, protocol 0.9: at most 50,000 addresses in a file, and an index of the files where there are more.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

__all__ = ["sitemaps"]

_MOST = 50_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemaps(pages: Sequence[str], base: str, *, most: int = _MOST) -> dict[str, str]:
    """The files by their path; ``sitemap.xml`` is the one to begin with.

    :param pages: paths below the base
    :param most: addresses in a file
    """
    if len(pages) <= most:
        return {"sitemap.xml": _listed("urlset", "url", pages, base)}
    parts = [pages[start : start + most] for start in range(0, len(pages), most)]
    files = {f"sitemap-{number}.xml": _listed("urlset", "url", part, base) for number, part in enumerate(parts, 1)}
    return {"sitemap.xml": _listed("sitemapindex", "sitemap", list(files), base), **files}


def _listed(root: str, member: str, paths: Sequence[str], base: str) -> str:
    lines = "".join(f"<{member}><loc>{escape(base + path)}</loc></{member}>\n" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{lines}</{root}>\n'
