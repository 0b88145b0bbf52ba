"""The description of a dataset: DCAT-AP 3, VoID with counts, schema.org and PROV, from one set of facts about it.

Nothing here looks at a clock: dates are parameters, so that the same build gives the same description.

Source: DCAT 3; DCAT-AP 3.0.1; VoID (W3C Interest Group Note, section 4.6 for statistics); PROV-O.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iomld.graph import Quads
from iomld.serialization.formats import FORMATS
from iomld.serialization.statistics import statistics
from iomld.serialization.triples import NAMES, Triples, named, typed
from iomld.terms import iri, literal

__all__ = ["Distribution", "Input", "Metadata", "describe"]

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
    :param previous: version of the release before this one
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
    previous: str | None = None


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

    out = Triples()
    dataset, release = f"{metadata.base}dataset", f"{metadata.base}dataset/{metadata.release}"
    _resource(out, dataset, metadata)
    _resource(out, release, metadata)
    out.say(dataset, dcat_hasVersion=iri(release), dcat_hasCurrentVersion=iri(release))
    out.say(release, dcat_isVersionOf=iri(dataset), dcat_version=literal(metadata.release))
    out.say(release, schema_version=literal(metadata.release), void_inDataset=iri(dataset))
    if metadata.previous:
        before = f"{metadata.base}dataset/{metadata.previous}"
        out.a(before, "dcat:Dataset")
        out.say(before, dcterms_title=_texts(metadata.title), dcterms_description=_texts(metadata.description))
        out.say(before, dcat_version=literal(metadata.previous), dcat_isVersionOf=iri(dataset))
        out.say(dataset, dcat_hasVersion=iri(before))
        out.say(release, dcat_previousVersion=iri(before), prov_wasRevisionOf=iri(before))
    for one in distributions:
        _distribution(out, release, one, metadata)
    statistics(out, data, release, base=metadata.base)
    _build(out, release, inputs, metadata)
    quads = Quads(duckdb.connect())
    quads.insert(sorted(set(out.quads)))
    return quads


def _resource(out: Triples, subject: str, metadata: Metadata) -> None:
    publisher = f"{metadata.base}dataset/publisher"
    date = {"issued": typed(metadata.issued, "date"), "modified": typed(metadata.modified, "date")}
    languages = [named(f"eulanguage:{_LANGUAGES[tag]}") for tag in metadata.languages if tag in _LANGUAGES]
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
        schema_isAccessibleForFree=typed("true", "boolean"),
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


def _distribution(out: Triples, release: str, one: Distribution, metadata: Metadata) -> None:
    subject = f"{release}/{one.name}"
    checksum = f"{subject}#sha256"
    media_type = FORMATS[one.format].media_type
    code, name = _FILE_TYPES[one.format]
    out.say(release, dcat_distribution=iri(subject), schema_distribution=iri(subject), void_dataDump=iri(subject))
    out.say(release, void_feature=[named(f"formats:{name}")] if name else [])
    out.a(subject, "dcat:Distribution", "schema:DataDownload", "prov:Entity")
    out.say(
        subject,
        dcterms_title=literal(one.name),
        dcterms_license=iri(metadata.licence),
        dcterms_format=named(f"filetype:{code}"),
        dcterms_issued=typed(metadata.issued, "date"),
        dcat_accessURL=iri(subject),
        dcat_downloadURL=iri(subject),
        dcat_mediaType=named(f"iana:{media_type}"),
        dcat_byteSize=typed(one.size, "nonNegativeInteger"),
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
        spdx_algorithm=named("spdx:checksumAlgorithm_sha256"),
        spdx_checksumValue=typed(one.checksum, "hexBinary"),
    )
    out.a(NAMES.expand("spdx:checksumAlgorithm_sha256"), "spdx:ChecksumAlgorithm")
    out.a(NAMES.expand(f"filetype:{code}"), "dcterms:MediaTypeOrExtent")
    out.a(NAMES.expand(f"iana:{media_type}"), "dcterms:MediaType", "dcterms:MediaTypeOrExtent")


def _build(out: Triples, release: str, inputs: Sequence[Input], metadata: Metadata) -> None:
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
            spdx_algorithm=named("spdx:checksumAlgorithm_sha256"),
            spdx_checksumValue=typed(one.checksum, "hexBinary"),
        )
