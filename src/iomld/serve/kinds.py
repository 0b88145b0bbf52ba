"""How each class of facts is shown, and what the things are that point to a thing.

Headings are texts of :mod:`iomld.serve.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from iomld.serve.dataset import TYPE, term

__all__ = ["INVERSE", "INVERSE_OF_CLASS", "KINDS", "NAMING", "SHOWN_ELSEWHERE", "Kind"]


class Kind(NamedTuple):
    """How facts of a class are shown.

    :param heading: of the section
    :param grouped: heading where the facts stand in groups
    :param columns: heading of a column and CURIE of the property; ``^`` in front turns it round
    """

    heading: str
    columns: tuple[tuple[str, str], ...]
    grouped: str = "Who takes part, as what"


_WRITTEN = ("As written", "mld:asWritten")
_TIME = ("When", "mld:period")
_SAID = ("In short", "dcterms:description")
#: Sections in the order of a page.
KINDS: Mapping[str, Kind] = {
    term(curie): Kind(heading, columns)
    for curie, heading, columns in (
        ("mld:Participation", "Taking part in processes",
         (("Process", "org:organization"), ("Role", "org:role"), ("Participant", "org:member"), _WRITTEN, _TIME,
          _SAID)),
        ("mld:Involvement", "Involvement in events and activities",
         (("In", "^mld:involvement"), ("Role", "prov:hadRole"), ("Who", "prov:agent"), _WRITTEN, _TIME, _SAID)),
        ("mld:Relation", "Relations",
         (("Subject", "mld:relationSubject"), ("Relation", "mld:relationType"), ("Object", "mld:relationObject"),
          ("Value", "mld:value"), ("Number", "mld:count"), _TIME, _SAID, _WRITTEN)),
        ("mld:RegionalListing", "Listed by region",
         (("Region", "mld:listedRegion"), ("Grouping", "mld:grouping"), ("Focus", "mld:focus"), _WRITTEN)),
        ("mld:ThematicScope", "Themes",
         (("Theme", "mld:theme"), ("Of", "mld:scopeOf"), _WRITTEN)),
        ("mld:Beneficiary", "For whom",
         (("Activity", "mld:beneficiaryOf"), ("Group", "skos:prefLabel"), ("Number", "mld:count"),
          ("Qualifier", "mld:qualifier"), _WRITTEN)),
        ("mld:Figure", "Figures",
         (("Of", "mld:figureOf"), ("Measure", "mld:measure"), ("Value", "mld:value"), ("Unit", "mld:unit"),
          ("Qualifier", "mld:qualifier"), _TIME, _WRITTEN)),
        ("mld:Response", "Responses",
         (("To", "mld:respondsTo"), ("By", "mld:respondent"), ("Kind", "mld:responseKind"), _SAID,
          ("Action", "mld:action"))),
        ("org:ChangeEvent", "Succession",
         (("Predecessor", "org:originalOrganization"), ("Successor", "org:resultingOrganization"), _TIME)),
        ("mld:Name", "Names",
         (("Name", "skosxl:literalForm"), ("Kind", "mld:nameKind"), ("Of", "mld:nameOf"), _TIME)),
        ("mld:CodeAssignment", "Codes",
         (("Code", "skos:notation"), ("Scheme", "mld:codeScheme"), ("Of", "mld:codeOf"), _TIME)),
        ("sssom:Mapping", "Links to other datasets",
         (("How", "sssom:predicate_id"), ("There", "sssom:object_id"), ("Here", "sssom:subject_id"),
          ("Confidence", "sssom:confidence"), ("Why", "rdfs:comment"))),
    )
}  # fmt: skip
#: Properties whose values stand in a table of facts already, or in the head of the page.
SHOWN_ELSEWHERE = frozenset(
    map(term, ("skos:prefLabel", "dcterms:subject", "mld:participant", "mld:involvement", "prov:wasDerivedFrom",
               "skos:exactMatch", "skos:closeMatch", "owl:sameAs", "skos:altLabel"))
) | {TYPE}  # fmt: skip
#: What the things are that point here by a property; ``{}`` where the name of the property tells nothing turned round.
INVERSE = {
    term(curie): heading
    for curie, heading in {
        "mld:process": "Events of the process",
        "schema:superEvent": "Parts of the event",
        "dcterms:isPartOf": "Parts",
        "mld:country": "Here took or takes place",
        "skos:broader": "Narrower concepts",
        "skos:inScheme": "Concepts",
        "mld:outcome": "Outcome of",
        "mld:outputOf": "Outputs",
        "mld:producer": "Outputs made",
        "org:subOrganizationOf": "Bodies that belong to it",
        "mld:adoptedBy": "Instruments adopted",
        "mld:adoptedAt": "Instruments adopted here",
        "mld:party": "Instruments it is party to",
        "mld:instrument": "Mandates resting on it",
        "mld:empowers": "Mandates",
        "mld:conferredBy": "Mandates conferred",
        "mld:issuedBy": "Issued",
        "mld:addressee": "Recommendations addressed to it",
        "mld:actor": "Recommendations that it is to carry out",
        "mld:repliesTo": "Replies",
        "oa:hasSource": "Cited as",
        "prov:wasDerivedFrom": "Facts that rest on this place",
    }.items()
}
#: The same for things of a class only, where a property says something else of these: a body takes no place.
INVERSE_OF_CLASS = {
    (term("mld:country"), term("org:Organization")): "Bodies that have their place here",
}
#: Facts on what a thing is called: they come last on its page.
NAMING = tuple(map(term, ("mld:Name", "mld:CodeAssignment", "sssom:Mapping")))
