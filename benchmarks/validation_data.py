"""Meetings, seats, organisations and processes with planted violations, for benchmarks of validation.

    python benchmarks/validation_data.py 20000 data.nt

writes about as many triples in canonical N-Triples, and beside it ``data.nt.expected.json``: the pairs of focus node
and constraint component that a validator must find, no more and no fewer. The same number always gives the same bytes.
"""

from __future__ import annotations

import datetime
import json
import random
import sys
from pathlib import Path

NS, ID = "https://example.org/ns#", "https://example.org/id/"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
DCT, SKOS = "http://purl.org/dc/terms/", "http://www.w3.org/2004/02/skos/core#"
FOAF, XSD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2001/XMLSchema#"
KINDS = ("Workshop", "Conference", "Seminar", "RoundTable")
TOPICS = ("return", "health", "labour", "youth", "data", "borders", "visas", "asylum", "cities", "skills")
PLANTS = (
    "no title", "thirteenth month", "state is a theme", "title twice", "ends early", "unknown theme", "role unknown",
    "stray property", "no chair", "role twice", "insecure source", "no name", "title in German", "cancelled",
    "no process", "two processes", "date as text", "bad number", "four states", "kind unknown",
)  # fmt: skip


class Writer:
    """Triples to a file, expected pairs kept."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8", newline="\n")
        self.expected: set[tuple[str, str]] = set()
        self.count = 0

    def add(self, subject: str, predicate: str, object: str) -> None:
        self.file.write(f"<{subject}> <{predicate}> {object} .\n")
        self.count += 1

    def link(self, subject: str, predicate: str, object: str) -> None:
        self.add(subject, predicate, f"<{object}>")

    def expect(self, focus: str, *components: str) -> None:
        self.expected |= {(focus, f"{component}ConstraintComponent") for component in components}


def date(day: datetime.date) -> str:
    return f'"{day}"^^<{XSD}date>'


def generate(size: int, path: Path) -> None:
    """Write about ``size`` triples and the expected pairs."""
    chance = random.Random(size)
    meetings = max(40, size // 20)
    organisations = max(20, meetings // 10)
    processes = max(5, meetings // 200)
    out = Writer(path)
    for kind in KINDS:
        out.link(NS + kind, RDFS + "subClassOf", NS + "Meeting")
    states = [f"{ID}state/S{number:03d}" for number in range(190)]
    themes = [f"{ID}theme/{topic}" for topic in TOPICS]
    for state in states:
        out.link(state, RDF + "type", NS + "State")
    for theme in themes:
        out.link(theme, RDF + "type", SKOS + "Concept")
        out.link(theme, SKOS + "inScheme", "https://example.org/themes")
    planted = max(len(PLANTS), size // 1000)
    plan = dict(zip(chance.sample(range(meetings), planted), PLANTS * (planted // len(PLANTS) + 1), strict=False))
    agents = [f"{ID}organisation/O{number:06d}" for number in range(organisations)]
    bad_agents = iter(chance.sample(agents, min(organisations, planted // 10 + 2)))
    bad = {next(bad_agents): plant for plant in plan.values() if plant in ("no name", "kind unknown")}
    for number, agent in enumerate(agents):
        out.link(agent, RDF + "type", NS + "Organisation")
        if bad.get(agent) == "no name":
            out.expect(agent, "MinCount")
        else:
            out.add(agent, SKOS + "prefLabel", f'"Organisation {number}"@en')
        if bad.get(agent) == "kind unknown":
            out.expect(agent, "In")
        out.add(agent, NS + "kind", '"club"' if bad.get(agent) == "kind unknown" else '"government"')
        out.link(agent, FOAF + "homepage", f"https://o{number}.example.org/")
    for number in range(processes):
        process, mandate = f"{ID}process/P{number:05d}", f"{ID}mandate/M{number:05d}"
        out.link(process, RDF + "type", NS + "Process")
        out.add(process, DCT + "title", f'"Process {number}"@en')
        out.link(process, NS + "mandate", mandate)
        out.add(mandate, DCT + "issued", date(datetime.date(1995 + number % 30, 1 + number % 12, 15)))
    for number in range(meetings):
        meeting(out, chance, number, plan.get(number), states, themes, agents, processes)
    out.file.close()
    summary = {"triples": out.count, "expected": sorted(out.expected)}
    Path(f"{path}.expected.json").write_text(json.dumps(summary), encoding="utf-8")


def meeting(
    out: Writer,
    chance: random.Random,
    number: int,
    plant: str | None,
    states: list[str],
    themes: list[str],
    agents: list[str],
    processes: int,
) -> None:
    """One meeting of about 18 triples, with one thing wrong where ``plant`` says so."""
    node = f"{ID}meeting/{number:07d}"
    out.link(node, RDF + "type", NS + KINDS[number % len(KINDS)])
    if plant == "no title":
        out.expect(node, "MinCount")
    else:
        out.add(node, DCT + "title", f'"Meeting no. {number}"@en')
        if number % 2:
            out.add(node, DCT + "title", f'"Réunion « {number} »"@fr')
    if plant == "title twice":
        out.add(node, DCT + "title", f'"Meeting {number} (again)"@en')
        out.expect(node, "UniqueLang")
    if plant == "title in German":
        out.add(node, DCT + "title", f'"Treffen {number}"@de')
        out.expect(node, "LanguageIn")
    if plant == "state is a theme":
        out.link(node, NS + "state", themes[0])
        out.expect(node, "Class")
    else:
        for state in chance.sample(states, 4 if plant == "four states" else 1):
            out.link(node, NS + "state", state)
        if plant == "four states":
            out.expect(node, "MaxCount")
    first = datetime.date(2000, 1, 1) + datetime.timedelta(days=chance.randrange(9000))
    last = first + datetime.timedelta(days=chance.randrange(1, 30))
    if plant == "ends early":
        first, last = last, first
        out.expect(node, "LessThan")
    start = {"thirteenth month": f'"{first.year}-13-45"^^<{XSD}date>', "date as text": f'"{first}"'}.get(plant or "")
    if start:
        out.expect(node, "Datatype", "LessThan")
    out.add(node, NS + "earliest", start or date(first))
    out.add(node, NS + "latest", date(last))
    for theme in chance.sample(themes, 1 if plant == "unknown theme" else chance.randrange(1, 4)):
        out.link(node, DCT + "subject", theme)
    if plant == "unknown theme":
        out.link(node, DCT + "subject", f"{ID}theme/none{number}")
        out.expect(node, "Class", "Node")
    seats(out, chance, number, node, plant, agents)
    secure = "http" if plant == "insecure source" else "https"
    out.link(node, DCT + "source", f"{secure}://docs.example.org/{number}")
    out.add(node, DCT + "identifier", f'"M{number:07d}"' if plant == "bad number" else f'"M-{number:07d}"')
    if plant in ("insecure source", "bad number"):
        out.expect(node, "Pattern")
    if plant == "cancelled":
        out.add(node, NS + "cancelled", f'"true"^^<{XSD}boolean>')
        out.expect(node, "Not")
    if plant == "no process":
        out.expect(node, "Or")
        return
    out.link(node, NS + "process", f"{ID}process/P{number % processes:05d}")
    out.link(f"{ID}process/P{number % processes:05d}", NS + "meeting", node)
    if plant == "two processes":
        out.link(f"{ID}process/P{(number + 1) % processes:05d}", NS + "meeting", node)
        out.expect(node, "MaxCount")


def seats(out: Writer, chance: random.Random, number: int, node: str, plant: str | None, agents: list[str]) -> None:
    """The participants of a meeting; the first one is in the chair."""
    chosen = chance.sample(agents, chance.randrange(1, 4))
    rows = [(agent, "chair" if place == 0 else "member") for place, agent in enumerate(chosen)]
    if plant == "no chair":
        rows[0] = (rows[0][0], "member")
        out.expect(node, "QualifiedMinCount")
    if plant == "role unknown":
        rows[0] = (rows[0][0], "chairman")
        out.expect(node, "Node", "QualifiedMinCount")
        out.expect(f"{ID}meeting/{number:07d}/seat/0", "In")
    if plant == "role twice":
        rows += [(chosen[0], "host")] * 2
        out.expect(node, "SPARQL")
    for place, (agent, role) in enumerate(rows):
        seat = f"{ID}meeting/{number:07d}/seat/{place}"
        out.link(node, NS + "seat", seat)
        out.link(seat, RDF + "type", NS + "Seat")
        out.link(seat, NS + "agent", agent)
        out.add(seat, NS + "role", f'"{role}"')
    if plant == "stray property":
        out.add(f"{ID}meeting/{number:07d}/seat/0", NS + "note", '"stray"')
        out.expect(f"{ID}meeting/{number:07d}/seat/0", "Closed")
        out.expect(node, "Node")


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
