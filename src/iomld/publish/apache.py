"""Content negotiation for a static site on Apache, such as stands behind w3id.org.

Source: Best Practice Recipes for Publishing RDF Vocabularies (W3C, 2008), recipe 3; mod_rewrite.
"""

from __future__ import annotations

from iomld.serve import SUFFIXES, Documents

__all__ = ["configuration"]

#: media types as they stand in Accept headers, by suffix; the page is for all others
_ACCEPTS = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "jsonld": ("application/ld\\+json", "application/json"),
    "nt": ("application/n-triples",),
}


def configuration(documents: Documents) -> str:
    """The text of ``.htaccess``: from the IRI of a thing by 303 to the document that the client can read."""
    first = {(documents.dataset.path(thing) or "").split("/")[0] for thing in documents.dataset.things}
    things = "|".join(sorted(one.replace(".", "\\.") for one in first if one))
    types = "\n".join(f"AddType {type} .{suffix}" for suffix, (type, _) in SUFFIXES.items() if suffix != "html")
    rules = []
    for suffix, accepts in _ACCEPTS.items():
        # A type counts where the page is not asked for: browsers name text/html, clients for data do not.
        either = " [OR]\n".join(f"RewriteCond %{{HTTP_ACCEPT}} {accept}" for accept in accepts)
        either = f"RewriteCond %{{HTTP_ACCEPT}} !text/html\n{either}"
        rules += [
            f"{either}\nRewriteRule ^(({things})/.+|({things}))$ doc/$1.{suffix} [R=303,L,NE]",
            f"{either}\nRewriteRule ^ns(/.*)?$ ns.{suffix} [R=303,L]",
        ]
        if suffix == "ttl":
            rules.append(f"{either}\nRewriteRule ^dataset(/[^/]+)?$ dataset.ttl [R=303,L]")
    return f"""\
# Written by iomld publish.
Options -MultiViews -Indexes
DirectoryIndex index.html
AddDefaultCharset utf-8
{types}
AddType application/n-quads .nq
<Files "void">
  ForceType text/turtle
</Files>
<IfModule mod_headers.c>
  Header always set Access-Control-Allow-Origin "*"
  Header always set X-Content-Type-Options "nosniff"
  Header merge Vary "Accept"
</IfModule>
RewriteEngine On
RewriteCond %{{REQUEST_FILENAME}} -f
RewriteRule ^ - [L]
RewriteRule ^dataset/[^/]+/(.+)$ $1 [R=303,L]
{chr(10).join(rules)}
RewriteRule ^({things})(/.+)?$ doc/$1$2.html [R=303,L,NE]
RewriteRule ^ns(/.*)?$ ns.html [R=303,L]
RewriteRule ^dataset(/[^/]+)?$ index.html [R=303,L]
"""
