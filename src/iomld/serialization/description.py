"""The description of a dataset: DCAT-AP 3, VoID with counts, schema.org and PROV, from one set of facts about it.

Nothing here looks at a clock: dates are parameters, so that the same build gives the same description.

Source: DCAT 3; DCAT-AP 3.0.1; VoID (W3C Interest Group Note, section 4.6 for statistics); PROV-O.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iomld.graph import Quad, Quads
from iomld.serialization.formats import FORMATS
from iomld.terms import WELL_KNOWN, PrefixMap, iri, literal

__all__ = ["Distribution", "Input", "Metadata", "describe"]

_NAMES = PrefixMap(
    {
        **WELL_KNOWN,
        "spdx": "http://spdx.org/rdf/terms#",
        "filetype": "http://publications.europa.eu/resource/authority/file-type/",
        "eulanguage": "http://publications.europa.eu/resource/authority/language/",
        "formats": "http://www.w3.org/ns/formats/",
        "iana": "http://www.iana.org/assignments/media-types/",
    }
)
_LANGUAGES = {"en": "ENG", "fr": "FRA", "es": "SPA", "ar": "ARA", "ru": "RUS", "zh": "ZHO", "de": "DEU", "pt": "POR"}
# Authority code of the EU file-type list, and the W3C's name of the format, where there is one.
_FILE_TYPES: Mapping[str, tuple[str, str | None]] = {
    "nquads": ("RDF_N_QUADS", "N-Quads"),
    "ntriples": ("RDF_N_TRIPLES", "N-Triples"),
    "turtle": ("RDF_TURTLE", "Turtle"),
    "trig": ("RDF_TRIG", "TriG"),
    "jsonld": ("JSON_LD", "JSON-LD"),
    "rdfxml": ("RDF_XML", "RDF_XML"),
    "parquet": ("PARQUET", None),
}


@dataclass(frozen=True)
class Distribution:
    """A file of the release.

    :param name: file name
    :param format: a name of :data:`~iomld.serialization.FORMATS`
    :param size: bytes
    :param checksum: SHA-256, hexadecimal
    """

    name: str
    format: str
    size: int
    checksum: str


@dataclass(frozen=True)
class Input:
    """A file that the build read.

    :param path: relative to the project, with forward slashes
    :param checksum: SHA-256, hexadecimal; None where the bytes of the file say more than its content, as the order of
        the rows of a table does
    """

    path: str
    checksum: str | None = None


@dataclass(frozen=True)
class Metadata:
    """What people say about the dataset.

    :param base: base IRI of the project, ending in a slash
    :param release: version of the dataset
    :param title: language tag to text
    :param description: language tag to text
    :param licence: IRI of the licence
    :param publisher: name of the publisher
    :param issued: date of the release, ``YYYY-MM-DD``
    :param modified: date of the last change of content, ``YYYY-MM-DD``
    :param keywords: English keywords
    :param vocabularies: namespace IRIs of the vocabularies used
    :param languages: language tags of the texts in the data
    :param software: name and version of what built it
    :param citation: how to cite the dataset
    """

    base: str
    release: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    licence: str
    publisher: str
    issued: str
    modified: str
    keywords: Sequence[str] = ()
    vocabularies: Sequence[str] = ()
    languages: Sequence[str] = ("en",)
    software: str = "iomld"
    citation: str | None = None


@dataclass
class _Triples:
    """Triples in the making: subject and predicate as CURIE or IRI, objects as spelt terms."""

    quads: list[Quad] = field(default_factory=list)

    def say(self, subject: str, **statements: Any) -> None:
        """State ``prefix_name=object`` or a list of objects."""
        for key, objects in statements.items():
            prefix, _, name = key.partition("_")
            predicate = iri(_NAMES[prefix] + name)
            for object in objects if isinstance(objects, list) else [objects]:
                self.quads.append((iri(subject), predicate, object, ""))

    def a(self, subject: str, *classes: str) -> None:
        self.say(subject, rdf_type=[_name(one) for one in classes])


def _name(curie: str) -> str:
    return iri(_NAMES.expand(curie))


def _typed(value: object, datatype: str) -> str:
    return literal(str(value), datatype=_NAMES.expand(f"xsd:{datatype}"))


def _texts(texts: Mapping[str, str]) -> list[str]:
    return [literal(text, language=language) for language, text in sorted(texts.items())]


def describe(
    data: Quads,
    metadata: Metadata,
    *,
    distributions: Sequence[Distribution] = (),
    inputs: Sequence[Input] = (),
) -> Quads:
    """Describe a dataset and its release.

    :param data: what is described; named graphs count as one graph
    :param metadata: what people say about it
    :param distributions: files of the release
    :param inputs: files that the build read
    :returns: a relation of its own with the triples of the description, in the default graph
    """
    import duckdb

    out = _Triples()
    dataset, release = f"{metadata.base}dataset", f"{metadata.base}dataset/{metadata.release}"
    _resource(out, dataset, metadata)
    _resource(out, release, metadata)
    out.say(dataset, dcat_hasVersion=iri(release), dcat_hasCurrentVersion=iri(release))
    out.say(release, dcat_isVersionOf=iri(dataset), dcat_version=literal(metadata.release))
    out.say(release, schema_version=literal(metadata.release), void_inDataset=iri(dataset))
    for one in distributions:
        _distribution(out, release, one, metadata)
    _statistics(out, data, release, metadata)
    _build(out, release, inputs, metadata)
    quads = Quads(duckdb.connect())
    quads.insert(sorted(set(out.quads)))
    return quads


def _resource(out: _Triples, subject: str, metadata: Metadata) -> None:
    publisher = f"{metadata.base}dataset/publisher"
    date = {"issued": _typed(metadata.issued, "date"), "modified": _typed(metadata.modified, "date")}
    languages = [_name(f"eulanguage:{_LANGUAGES[tag]}") for tag in metadata.languages if tag in _LANGUAGES]
    out.a(subject, "dcat:Dataset", "void:Dataset", "schema:Dataset", "prov:Entity")
    out.say(
        subject,
        dcterms_title=_texts(metadata.title),
        dcterms_description=_texts(metadata.description),
        dcterms_license=iri(metadata.licence),
        dcterms_publisher=iri(publisher),
        dcterms_issued=date["issued"],
        dcterms_modified=date["modified"],
        dcterms_identifier=literal(subject),
        dcterms_language=languages,
        dcterms_accessRights=iri("http://publications.europa.eu/resource/authority/access-right/PUBLIC"),
        dcat_keyword=[literal(word, language="en") for word in metadata.keywords],
        schema_name=_texts(metadata.title),
        schema_description=_texts(metadata.description),
        schema_license=iri(metadata.licence),
        schema_publisher=iri(publisher),
        schema_creator=iri(publisher),
        schema_datePublished=date["issued"],
        schema_dateModified=date["modified"],
        schema_keywords=[literal(word, language="en") for word in metadata.keywords],
        schema_inLanguage=[literal(tag) for tag in metadata.languages],
        schema_url=iri(subject),
        schema_isAccessibleForFree=_typed("true", "boolean"),
        void_uriSpace=literal(metadata.base),
        void_vocabulary=[iri(namespace) for namespace in metadata.vocabularies],
    )
    if metadata.citation:
        out.say(subject, dcterms_bibliographicCitation=literal(metadata.citation))
    out.a(publisher, "foaf:Agent", "schema:Organization", "prov:Agent")
    out.say(publisher, foaf_name=literal(metadata.publisher), schema_name=literal(metadata.publisher))
    out.a(metadata.licence, "dcterms:LicenseDocument")
    for language in languages:
        out.a(language[1:-1], "dcterms:LinguisticSystem")
    out.a("http://publications.europa.eu/resource/authority/access-right/PUBLIC", "dcterms:RightsStatement")


def _distribution(out: _Triples, release: str, one: Distribution, metadata: Metadata) -> None:
    subject = f"{release}/{one.name}"
    checksum = f"{subject}#sha256"
    media_type = FORMATS[one.format].media_type
    code, name = _FILE_TYPES[one.format]
    out.say(release, dcat_distribution=iri(subject), schema_distribution=iri(subject), void_dataDump=iri(subject))
    out.say(release, void_feature=[_name(f"formats:{name}")] if name else [])
    out.a(subject, "dcat:Distribution", "schema:DataDownload", "prov:Entity")
    out.say(
        subject,
        dcterms_title=literal(one.name),
        dcterms_license=iri(metadata.licence),
        dcterms_format=_name(f"filetype:{code}"),
        dcterms_issued=_typed(metadata.issued, "date"),
        dcat_accessURL=iri(subject),
        dcat_downloadURL=iri(subject),
        dcat_mediaType=_name(f"iana:{media_type}"),
        dcat_byteSize=_typed(one.size, "nonNegativeInteger"),
        spdx_checksum=iri(checksum),
        schema_name=literal(one.name),
        schema_contentUrl=iri(subject),
        schema_encodingFormat=literal(media_type),
        schema_contentSize=literal(f"{one.size} B"),
        schema_sha256=literal(one.checksum),
        prov_wasGeneratedBy=iri(f"{release}/build"),
    )
    out.a(checksum, "spdx:Checksum")
    out.say(
        checksum,
        spdx_algorithm=_name("spdx:checksumAlgorithm_sha256"),
        spdx_checksumValue=_typed(one.checksum, "hexBinary"),
    )
    out.a(_NAMES.expand("spdx:checksumAlgorithm_sha256"), "spdx:ChecksumAlgorithm")
    out.a(_NAMES.expand(f"filetype:{code}"), "dcterms:MediaTypeOrExtent")
    out.a(_NAMES.expand(f"iana:{media_type}"), "dcterms:MediaType", "dcterms:MediaTypeOrExtent")


def _statistics(out: _Triples, data: Quads, release: str, metadata: Metadata) -> None:
    """Counts as VoID defines them: of distinct triples, whatever graphs they stand in."""
    cursor = data.connection.cursor()
    cursor.execute("CREATE TEMP VIEW triple AS SELECT DISTINCT subject, predicate, object FROM quad")
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    whole = cursor.execute(
        "SELECT count(*), count(DISTINCT subject), count(DISTINCT object), count(DISTINCT predicate),"
        " count(DISTINCT object) FILTER (predicate = $1), min(subject) FILTER (starts_with(subject, $2)) FROM triple",
        [type_, f"<{metadata.base}id/"],
    ).fetchone()
    assert whole is not None
    out.say(
        release,
        void_triples=_typed(whole[0], "integer"),
        void_entities=_typed(whole[1], "integer"),
        void_distinctSubjects=_typed(whole[1], "integer"),
        void_distinctObjects=_typed(whole[2], "integer"),
        void_properties=_typed(whole[3], "integer"),
        void_classes=_typed(whole[4], "integer"),
        void_exampleResource=[whole[5]] if whole[5] else [],
    )
    classes = cursor.execute(
        "SELECT object, count(*) FROM triple WHERE predicate = ? AND starts_with(object, '<') GROUP BY object", [type_]
    ).fetchall()
    for kind, entities in classes:
        part = f"{release}/class/{_slug(kind)}"
        out.a(part, "void:Dataset")
        out.say(release, void_classPartition=iri(part))
        out.say(part, void_class=kind, void_entities=_typed(entities, "integer"))
    properties = cursor.execute(
        "SELECT predicate, count(*), count(DISTINCT subject), count(DISTINCT object) FROM triple GROUP BY predicate"
    ).fetchall()
    for predicate, triples, subjects, objects in properties:
        part = f"{release}/property/{_slug(predicate)}"
        out.a(part, "void:Dataset")
        out.say(release, void_propertyPartition=iri(part))
        out.say(
            part,
            void_property=predicate,
            void_triples=_typed(triples, "integer"),
            void_distinctSubjects=_typed(subjects, "integer"),
            void_distinctObjects=_typed(objects, "integer"),
        )


def _slug(term: str) -> str:
    """The IRI of a class or property as the last step of a path: ``https-schema.org-Event``."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", term[1:-1])


def _build(out: _Triples, release: str, inputs: Sequence[Input], metadata: Metadata) -> None:
    build, agent = f"{release}/build", f"{release}/software"
    out.a(build, "prov:Activity")
    out.say(release, prov_wasGeneratedBy=iri(build))
    out.say(build, prov_wasAssociatedWith=iri(agent), prov_generated=iri(release))
    out.a(agent, "prov:SoftwareAgent", "prov:Agent")
    out.say(agent, rdfs_label=literal(metadata.software))
    for one in inputs:
        subject = f"{release}/input/{re.sub(r'[^A-Za-z0-9._/-]', '-', one.path)}"
        checksum = f"{subject}#sha256"
        out.a(subject, "prov:Entity")
        out.say(build, prov_used=iri(subject))
        out.say(subject, rdfs_label=literal(one.path))
        if one.checksum is None:
            continue
        out.say(subject, spdx_checksum=iri(checksum))
        out.a(checksum, "spdx:Checksum")
        out.say(
            checksum,
            spdx_algorithm=_name("spdx:checksumAlgorithm_sha256"),
            spdx_checksumValue=_typed(one.checksum, "hexBinary"),
        )
