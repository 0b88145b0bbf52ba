"""What we write, read by tools outside Python: rapper (raptor2-utils) and jsonld.js, where they are installed."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.serialization.roundtrip import canonical, relation, written
from tests.serialization.test_writers import BLANKS, CONTEXT, SAMPLE

# what raptor reads, of what we write
NAMES = {"ntriples": "ntriples", "turtle": "turtle", "rdfxml": "rdfxml"}


@pytest.mark.parametrize("format", NAMES)
@pytest.mark.parametrize("text", [SAMPLE, BLANKS], ids=["sample", "blank nodes"])
def test_rapper_reads_the_same_graph(format: str, text: str) -> None:
    if shutil.which("rapper") is None:
        pytest.skip("rapper is not installed: apt-get install raptor2-utils")
    document = written(relation(text), format)
    command = ["rapper", "-q", "-i", NAMES[format], "-o", "ntriples", "-", "http://base.example/"]
    done = subprocess.run(command, input=document.encode(), capture_output=True, check=True)
    assert canonical(done.stdout) == canonical(text, "turtle")


READ_JSON_LD = """
const jsonld = require('jsonld');
const document = JSON.parse(require('fs').readFileSync(0, 'utf8'));
jsonld.toRDF(document, {format: 'application/n-quads'}).then(lines => process.stdout.write(lines));
"""


def node_with_jsonld() -> str:
    """The program ``node``, if it has jsonld.js; else the test is skipped."""
    node = shutil.which("node")
    if node is None or subprocess.run([node, "-e", "require('jsonld')"], capture_output=True).returncode:
        pytest.skip("jsonld.js is not installed: npm install jsonld, and NODE_PATH set to its node_modules")
    return node


@pytest.mark.parametrize("context", [None, CONTEXT], ids=["prefixes", "context"])
def test_jsonld_js_reads_the_same_graph(context: dict[str, object] | None) -> None:
    document = written(relation(SAMPLE), "jsonld", context=context)
    command = [node_with_jsonld(), "-e", READ_JSON_LD]
    done = subprocess.run(command, input=document.encode(), capture_output=True, check=True)
    # jsonld.js writes doubles anew, in canonical form; the sample has none.
    assert canonical(done.stdout) == canonical(SAMPLE, "turtle")
