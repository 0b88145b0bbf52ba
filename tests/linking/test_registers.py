"""Authority files that were cut off on their way, or are something else."""

from pathlib import Path

import duckdb
import pytest

from iomld.errors import IomldError
from iomld.linking.registers import load_register

SKOS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://eurovoc.europa.eu/934> a skos:Concept ; skos:prefLabel "brain drain"@en ; skos:altLabel "emigration of quali"""
RDF_XML = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept rdf:about="http://eurovoc.europa.eu/934">
 <skos:prefLabel xml:lang="en">brain drain</skos:prefLabel>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.ttl", SKOS.encode()),
        ("cut.rdf", RDF_XML.encode()),
        ("cut.csv", b'id,name\n1,"Council of Eur'),
        ("latin.csv", "id,name\n1,Conseil de l’Europe, Référence\n".encode("cp1252")),
        ("zipped.json", b"PK\x03\x04\x14\x00\x00\x00\x08\x00"),
        ("zipped.ttl", b"PK\x03\x04\x14\x00\x00\x00\x08\x00"),
    ],
)
def test_a_file_that_was_cut_off_is_told_with_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(IomldError) as caught:
        load_register(duckdb.connect(), "register", path)
    assert name in str(caught.value)
    assert caught.value.exit_code == 3
