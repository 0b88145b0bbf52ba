"""Content negotiation for a static site on nginx: what the block of the server includes.

Source: ngx_http_rewrite_module, ngx_http_core_module.
"""

from __future__ import annotations

from iomld.publish.apache import ACCEPTS, first_segments
from iomld.serve import SUFFIXES, Documents
from iomld.serve.words import LANGUAGES, address

__all__ = ["configuration"]


def configuration(documents: Documents) -> str:
    """The text of ``.nginx.conf``: from the IRI of a thing by 303 to the document that the client can read.

    The site stands at the root of the server.
    """
    things = first_segments(documents)
    lines = ['set $form ".html";']
    for language in documents.languages:
        if language != LANGUAGES[0]:
            ending = address("", language)
            lines.append(f'if ($http_accept_language ~* "^{language}") {{ set $form "{ending}"; }}')
    lines.append('set $data "";')
    for suffix, accepts in ACCEPTS.items():
        lines.append(f'if ($http_accept ~ "{"|".join(accepts)}") {{ set $data ".{suffix}"; }}')
    lines += [
        # A type counts where the page is not asked for: browsers name text/html, clients for data do not.
        'if ($http_accept ~ "text/html") { set $data ""; }',
        "set $index index$form;",
        'if ($data = ".ttl") { set $index dataset.ttl; }',
        "if ($data) { set $form $data; }",
    ]
    types = {suffix: type for suffix, (type, _) in SUFFIXES.items()} | {
        "nq": "application/n-quads",
        "css": "text/css",
        "js": "text/javascript",
    }
    headers = """\
add_header Access-Control-Allow-Origin "*" always;
add_header X-Content-Type-Options "nosniff" always;
add_header Vary "Accept, Accept-Language" always;"""
    typed = "\n".join(
        f"location ~ \\.{suffix}$ {{ types {{ }} default_type {type}; {_one_line(headers)} }}"
        for suffix, type in types.items()
        if suffix != "html"
    )
    return f"""\
# Written by iomld publish; to be included in the block of a server whose root is this folder.
charset utf-8;
charset_types text/html text/turtle text/plain text/css text/javascript;
index index.html;
{headers}
{chr(10).join(lines)}
location ~ ^/({things})(/|$) {{
  {_one_line(headers)}
  if ($request_uri ~ "^/([^?]+)") {{ return 303 /doc/$1$form; }}
}}
location ~ ^/ns(/|$) {{ {_one_line(headers)} return 303 /ns$form; }}
location ~ ^/dataset/[^/]+/(.+)$ {{ {_one_line(headers)} return 303 /$1; }}
location ~ ^/dataset(/|$) {{ {_one_line(headers)} return 303 /$index; }}
location = /.well-known/void {{ types {{ }} default_type text/turtle; {_one_line(headers)} }}
location ~ /\\.(?!well-known/) {{ return 404; }}
{typed}
"""


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
