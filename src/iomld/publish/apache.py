"""Content negotiation for a static site on Apache, such as stands behind w3id.org.

Source: Best Practice Recipes for Publishing RDF Vocabularies (W3C, 2008), recipe 3; mod_rewrite.
"""

from __future__ import annotations

import re

from iomld.serve import SUFFIXES, Documents
from iomld.serve.words import LANGUAGES, address

__all__ = ["ACCEPTS", "configuration", "first_segments"]

#: media types as they stand in Accept headers, by suffix; the page is for all others
ACCEPTS = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "jsonld": ("application/ld\\+json", "application/json"),
    "nt": ("application/n-triples",),
}


def first_segments(documents: Documents) -> str:
    """The first segments of the paths of all things, as alternatives of a regular expression."""
    first = {(documents.dataset.path(thing) or "").split("/")[0] for thing in documents.dataset.things}
    return "|".join(sorted(re.escape(one) for one in first if one))


def configuration(documents: Documents) -> str:
    """The text of ``.htaccess``: from the IRI of a thing by 303 to the document that the client can read."""
    things = first_segments(documents)
    types = "\n".join(f"AddType {type} .{suffix}" for suffix, (type, _) in SUFFIXES.items() if suffix != "html")
    rules = []
    for suffix, accepts in ACCEPTS.items():
        # A type counts where the page is not asked for: browsers name text/html, clients for data do not.
        either = " [OR]\n".join(f"RewriteCond %{{HTTP_ACCEPT}} {accept}" for accept in accepts)
        either = f"RewriteCond %{{HTTP_ACCEPT}} !text/html\n{either}"
        rules += [
            f"{either}\nRewriteRule ^(({things})/.+|({things}))$ %{{ENV:BASE}}doc/$1.{suffix} [R=303,L]",
            f"{either}\nRewriteRule ^ns(/.*)?$ %{{ENV:BASE}}ns.{suffix} [R=303,L]",
        ]
        if suffix == "ttl":
            rules.append(f"{either}\nRewriteRule ^dataset(/[^/]+)?$ %{{ENV:BASE}}dataset.ttl [R=303,L]")
    for language in documents.languages:
        if language != LANGUAGES[0]:
            spoken = f"RewriteCond %{{HTTP:Accept-Language}} ^{language} [NC]\n"
            rules += [
                f"{spoken}RewriteRule ^({things})(/.+)?$ %{{ENV:BASE}}{address('doc/$1$2', language)} [R=303,L]",
                f"{spoken}RewriteRule ^ns(/.*)?$ %{{ENV:BASE}}{address('ns', language)} [R=303,L]",
                f"{spoken}RewriteRule ^dataset(/[^/]+)?$ %{{ENV:BASE}}{address('index', language)} [R=303,L]",
                f"{spoken}RewriteRule ^$ %{{ENV:BASE}}{address('index', language)} [L]",
            ]
    return f"""\
# Written by iomld publish.
Options -MultiViews -Indexes
DirectoryIndex index.html
AddDefaultCharset utf-8
{types}
AddType application/n-quads .nq
AddType text/css .css
AddType text/javascript .js
<Files "void">
  ForceType text/turtle
</Files>
<IfModule mod_headers.c>
  Header always set Access-Control-Allow-Origin "*"
  Header always set X-Content-Type-Options "nosniff"
  Header always merge Vary "Accept, Accept-Language"
</IfModule>
<FilesMatch "^\\.">
  Require all denied
</FilesMatch>
RewriteEngine On
# Where this folder stands on the server: what was asked for, without the part below the folder.
RewriteCond $0#%{{REQUEST_URI}} ^([^#]*)#(.*)\\1$
RewriteRule ^.*$ - [E=BASE:%2]
RewriteCond %{{REQUEST_FILENAME}} -f
RewriteRule ^ - [L]
RewriteRule ^dataset/[^/]+/(.+)$ %{{ENV:BASE}}$1 [R=303,L]
{chr(10).join(rules)}
RewriteRule ^({things})(/.+)?$ %{{ENV:BASE}}doc/$1$2.html [R=303,L]
RewriteRule ^ns(/.*)?$ %{{ENV:BASE}}ns.html [R=303,L]
RewriteRule ^dataset(/[^/]+)?$ %{{ENV:BASE}}index.html [R=303,L]
"""
