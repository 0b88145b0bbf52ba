"""The static site behind web servers that people have: Apache and nginx, as processes of this test."""

import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from iomld.publish import replacing_site, write_site
from iomld.serve import Dataset, Documents
from iomld.terms import WELL_KNOWN, PrefixMap, literal

BASE = "https://example.org/"
APACHE_MODULES = Path("/usr/lib/apache2/modules")
APACHE = """\
ServerRoot "{here}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile "{here}/httpd.pid"
ErrorLog "{here}/error.log"
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule rewrite_module {modules}/mod_rewrite.so
TypesConfig /dev/null
AddType text/html .html
DocumentRoot "{site}"
<Directory "{site}">
  AllowOverride All
  Require all granted
</Directory>
"""
NGINX = """\
daemon off;
pid {here}/nginx.pid;
error_log {here}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
  uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
  types {{ text/html html; }}
  server {{
    listen 127.0.0.1:{port};
    root {site};
    include {site}/.nginx.conf;
  }}
}}
"""


@pytest.fixture(scope="module", params=["apache", "nginx"])
def server(request: pytest.FixtureRequest) -> Iterator[int]:
    # Not below pytest's own folder: the servers give up root's rights, and that folder is root's alone.
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        here.chmod(0o755)
        yield from running(request.param, here)


def running(kind: str, here: Path) -> Iterator[int]:
    program = shutil.which("apache2" if kind == "apache" else "nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None or (kind == "apache" and not APACHE_MODULES.is_dir()):
        pytest.skip(f"{kind} is not installed")
    type, label = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    triples = []
    for path in ("id/state/a", "code/theme/é", "id/v1.0"):
        triples.append((f"<{BASE}{path}>", label, literal(path)))
        triples.append((f"<{BASE}{path}>", type, "<https://w3id.org/iomld/ns#State>"))
    (here / "files").mkdir()
    (here / "files" / "dataset.ttl").write_text("# the dataset\n")
    (here / "files" / "iomld.nq").write_text("")
    documents = Documents(
        Dataset(triples, base=BASE), PrefixMap(WELL_KNOWN), folder=here / "files", files=("dataset.ttl", "iomld.nq")
    )
    with replacing_site(here / "site") as folder:
        write_site(documents, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = APACHE if kind == "apache" else NGINX
    (here / "conf").write_text(text.format(here=here, port=port, site=here / "site", modules=APACHE_MODULES))
    command = [program, "-f", str(here / "conf"), "-X"] if kind == "apache" else [program, "-c", str(here / "conf")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise AssertionError(process.communicate()[0])
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "headers", "target"),
    [
        ("/id/state/a", {}, "/doc/id/state/a.html"),
        ("/id/state/a", {"Accept": BROWSER}, "/doc/id/state/a.html"),
        ("/id/state/a", {"Accept": BROWSER, "Accept_Language": "fr-CA,en"}, "/doc/id/state/a.fr.html"),
        ("/id/state/a", {"Accept": BROWSER, "Accept_Language": "es"}, "/doc/id/state/a.es.html"),
        ("/id/state/a", {"Accept": "text/turtle", "Accept_Language": "fr"}, "/doc/id/state/a.ttl"),
        ("/id/v1.0", {"Accept": "application/ld+json"}, "/doc/id/v1.0.jsonld"),
        ("/code/theme/%C3%A9", {"Accept": "application/n-triples"}, "/doc/code/theme/%C3%A9.nt"),
        ("/ns", {"Accept": "text/turtle"}, "/ns.ttl"),
        ("/ns", {"Accept": BROWSER, "Accept_Language": "fr"}, "/ns.fr.html"),
        ("/dataset", {"Accept": "text/turtle"}, "/dataset.ttl"),
        ("/dataset/0.1.0/iomld.nq", {}, "/iomld.nq"),
    ],
)
def test_things_lead_to_documents(server: int, path: str, headers: dict[str, str], target: str) -> None:
    status, said, _ = get(server, path, **headers)
    location = (
        "/" + said["location"].partition("//")[2].partition("/")[2] if "//" in said["location"] else said["location"]
    )
    assert (status, unquote(location)) == (303, unquote(target))
    assert "Accept" in said["vary"] and "Accept-Language" in said["vary"]
    status, said, _ = get(server, location)
    assert status == 200
    types = {"html": "text/html", "ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
    assert said["content-type"].startswith(types.get(target.rpartition(".")[2], "application/n-quads"))
    assert said["access-control-allow-origin"] == "*"


def test_what_is_there_and_what_is_not(server: int) -> None:
    assert get(server, "/")[0] == 200
    assert get(server, "/.well-known/void")[1]["content-type"].startswith("text/turtle")
    assert get(server, "/id/none")[0] == 303
    assert get(server, "/doc/id/none.html")[0] == 404
    assert get(server, "/.htaccess")[0] in (403, 404)
    assert get(server, "/.nginx.conf")[0] in (403, 404)
    assert get(server, "/..%2f..%2fetc/passwd")[0] in (400, 404)
