"""Each shape passes what is right and finds what is wrong, and nothing else (judged by pySHACL)."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, Node, URIRef

from iomld.errors import TermError
from iomld.terms import bounds
from iomld.validation import load_shapes
from iomld.validation import validate as run_compiled
from iomld.validation.plan import refusal
from iomld.validation.reading import open_relation, read_files

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
MLD, MLDS = Namespace("https://w3id.org/iomld/ns#"), Namespace("https://w3id.org/iomld/shapes#")
EXPECTS = URIRef("https://w3id.org/iomld/shapes/case#expects")
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
FAILING = sorted((HERE / "failing").glob("*.ttl"))


def read(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


shapes = read(*SHAPES)
for path in (*SHAPES, *FAILING):
    for prefix, namespace in re.findall(r"^@prefix (\w+): <(.+)> \.$", path.read_text("utf-8"), re.M):
        shapes.bind(prefix, namespace, replace=True)


def curie(term: Node | None) -> str:
    return shapes.namespace_manager.normalizeUri(str(term)) if isinstance(term, URIRef) else str(term)


def path_text(graph: Graph, path: Node | None) -> str:
    """A path as SPARQL writes it; ``-`` for none."""
    if path is None:
        return "-"
    if not isinstance(path, BNode):
        return curie(path)
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return "^" + path_text(graph, inverse)
    if (alternatives := graph.value(path, SH.alternativePath)) is not None:
        return "|".join(path_text(graph, part) for part in graph.items(alternatives))
    return "/".join(path_text(graph, part) for part in graph.items(path))


def judge(data: Graph) -> dict[str, set[str]]:
    """What is found at each focus node: shape, path, component, severity."""
    _, report, _ = validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, Graph)
    found: dict[str, set[str]] = defaultdict(set)
    for result in report.objects(None, SH.result):
        shape = report.value(result, SH.sourceShape)
        path = report.value(result, SH.resultPath)
        words = (
            curie(shape),
            "-" if path is None else path_text(shapes, shapes.value(shape, SH.path)),
            curie(report.value(result, SH.sourceConstraintComponent)),
            curie(report.value(result, SH.resultSeverity)),
        )
        found[str(report.value(result, SH.focusNode))].add(" ".join(words))
    return found


@cache
def broken() -> tuple[Graph, dict[str, set[str]]]:
    data = read(HERE / "conforming.ttl", *FAILING)
    return data, judge(data)


def cases() -> list[tuple[str, str]]:
    return [
        (path.stem, str(node))
        for path in FAILING
        for node in sorted(set(Graph().parse(path).subjects(EXPECTS)), key=str)
    ]


def test_the_conforming_world_conforms() -> None:
    assert judge(read(HERE / "conforming.ttl")) == {}


def test_it_conforms_with_the_ontology_read_along() -> None:
    """States and dialogues are organizations then."""
    ontology = [ROOT / "ontology" / name for name in ("iomld.ttl", "external.ttl")]
    assert judge(read(HERE / "conforming.ttl", *ontology)) == {}


def test_the_conforming_world_has_something_for_each_shape_to_judge() -> None:
    world = read(HERE / "conforming.ttl")
    for shape, target in shapes.subject_objects(SH.targetClass):
        assert (None, RDF.type, target) in world or curie(target) == "mld:ConsultativeProcess", curie(shape)
    for _, predicate in shapes.subject_objects(SH.targetSubjectsOf):
        assert (None, predicate, None) in world


@pytest.mark.parametrize(("shape", "node"), cases(), ids=lambda text: text.removeprefix("https://w3id.org/iomld/id/"))
def test_what_is_broken_is_found_and_nothing_else(shape: str, node: str) -> None:
    data, found = broken()
    assert found[node] == {str(text) for text in data.objects(URIRef(node), EXPECTS)}


def test_nothing_is_found_at_nodes_that_are_whole() -> None:
    data, found = broken()
    assert {node for node in found if found[node]} == {str(node) for node in data.subjects(EXPECTS)}


def test_every_shape_has_a_failing_example() -> None:
    data, _ = broken()
    shown = {str(text).split()[0] for text in data.objects(None, EXPECTS)}
    named = {
        curie(shape)
        for kind in (SH.PropertyShape, SH.NodeShape)
        for shape in shapes.subjects(RDF.type, kind)
        if (shape, SH.message, None) in shapes or (shape, SH.sparql, None) in shapes
    }
    assert named - shown == {"mlds:Node"}, "blank nodes have no name to expect something by: see the test of them"


def test_every_constraint_of_a_shape_has_a_failing_example() -> None:
    """By its parameter: a shape with sh:minCount and sh:class fails once for each."""
    data, _ = broken()
    shown = {tuple(str(text).split()[::2]) for text in data.objects(None, EXPECTS)}
    components = {
        "minCount": "MinCount", "maxCount": "MaxCount", "class": "Class", "node": "Node", "datatype": "Datatype",
        "pattern": "Pattern", "minInclusive": "MinInclusive", "maxInclusive": "MaxInclusive", "in": "In",
        "minLength": "MinLength", "uniqueLang": "UniqueLang", "nodeKind": "NodeKind", "equals": "Equals", "or": "Or",
        "lessThanOrEquals": "LessThanOrEquals", "qualifiedMinCount": "QualifiedMinCount", "not": "Not",
    }  # fmt: skip
    wanted = {
        (curie(shape), f"sh:{component}ConstraintComponent")
        for name, component in components.items()
        for shape in shapes.subjects(SH[name])
        if (shape, SH.message, None) in shapes
    }
    assert wanted - shown == {("mlds:Node", "sh:NodeKindConstraintComponent")}


def test_a_blank_node_is_found() -> None:
    """Every node has an IRI; what has a class is looked at."""
    data = Graph().parse(HERE / "conforming.ttl")
    fact, period = BNode(), BNode()
    data.add((fact, RDF.type, MLD.Beneficiary))
    data.add((period, RDF.type, MLD.Period))
    found = judge(data)
    for node in (fact, period):
        assert "mlds:Node - sh:NodeKindConstraintComponent sh:Violation" in found[str(node)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data.nt"
        data.serialize(path, format="nt", encoding="utf-8")
        report = run_compiled(read_files([path], open_relation(), root=ROOT), load_shapes(SHAPES, root=ROOT))
    blank = [result.focus for result in report.results if curie(URIRef(result.shape.strip("<>"))) == "mlds:Node"]
    assert len(blank) == 2 and all(focus.startswith("_:") for focus in blank)


def test_a_period_is_right_where_its_text_can_be_read() -> None:
    """The pattern of the shape and what iomld reads agree on every month and day, and on what stands for them."""
    patterns = [
        re.compile(str(shapes.value(node, SH.pattern)))
        for node in (MLDS["Period-edtf"], shapes.value(MLDS["Period-day"], SH["not"]))
    ]
    months = ["", "-XX", "-0X", "-1X", "-2X", *(f"-{month:02}" for month in range(32))]
    days = ["", "-XX", "-0X", "-1X", "-2X", "-3X", "-4X", *(f"-{day:02}" for day in range(41))]
    texts = [f"{year}{month}{day}" for year in ("1900", "2000", "2003", "2004", "199X", "19XX") for month in months
             for day in days if month or not day]  # fmt: skip
    texts += [
        f"{text}{mark}{end}" for text in texts[:3] for mark in ("", "?") for end in ("/..", "/", "/2004~", "/2004-13")
    ]
    texts += ["../2002", "/2002", "../..", "/", "", "..", "2002/2003/2004", "autumn 2002", "2002-1-1"]
    for text in texts:
        try:
            bounds(text)
            readable = True
        except TermError:
            readable = False
        assert (patterns[0].search(text) is not None and patterns[1].search(text) is None) == readable, text


def test_the_days_that_are_read_from_a_text_agree_with_it() -> None:
    texts = (
        "2002 2002-10 2002-10-16~ 2002-21 2002-24 2002-24? 199X 2002-1X 2002-10-XX 2002-0X 2002-07/2002 2002/2002-03"
    )
    texts += " 2003/200X 200X/2003 2002/.. /2002-24 2001-24/2002-24"
    data = Graph()
    for number, text in enumerate(texts.split()):
        node = URIRef(f"https://w3id.org/iomld/id/period/{number}")
        data.add((node, RDF.type, MLD.Period))
        data.add((node, MLD.edtf, Literal(text)))
        days = zip(("earliestStart", "latestStart", "earliestEnd", "latestEnd"), bounds(text), strict=True)
        for name, day in days:
            if day is not None:
                data.add((node, MLD[name], Literal(day)))
    assert judge(data) == {}


def test_every_shape_that_reports_speaks_three_languages() -> None:
    properties = {shape for shape in shapes.subjects(RDF.type, SH.PropertyShape) if isinstance(shape, URIRef)}
    speaking = properties | {shape for shape in shapes.subjects(SH.message) if isinstance(shape, URIRef)}
    for shape in speaking:
        languages = [str(text.language) for text in shapes.objects(shape, SH.message) if isinstance(text, Literal)]
        assert sorted(languages) == ["en", "es", "fr"], curie(shape)


def test_a_shape_that_cannot_speak_reports_through_one_that_can() -> None:
    """Node shapes without a message hold property shapes only, or are referred to by sh:node."""
    referred = set(shapes.objects(None, SH.node))
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        own = any((shape, SH[name], None) in shapes for name in ("or", "not", "and", "xone", "class", "pattern"))
        assert not own or (shape, SH.message, None) in shapes or shape in referred, curie(shape)


def test_few_shapes_need_a_query() -> None:
    """The rest is SHACL Core, so that every engine judges alike; the compiled checks take them all."""
    assert sorted({curie(shape) for shape in shapes.subjects(SH.sparql)}) == [
        "mlds:Figure-total", "mlds:Link", "mlds:Mapping-made", "mlds:Period-agrees", "mlds:State-in-time",
        "mlds:State-named",
    ]  # fmt: skip
    assert list(shapes.subjects(SH.target)) == []
    compiled = load_shapes(SHAPES, root=ROOT)
    assert {node: reason for node in compiled.shapes if (reason := refusal(compiled, node)) is not None} == {}


def test_the_compiled_checks_find_the_same() -> None:
    """pySHACL and the compiled checks agree on each broken node."""
    relation = read_files([HERE / "conforming.ttl", *FAILING], open_relation(), root=ROOT)
    report = run_compiled(relation, load_shapes(SHAPES, root=ROOT))
    found: dict[str, set[str]] = defaultdict(set)
    for result in report.results:
        shape = URIRef(result.shape.strip("<>"))
        words = (
            curie(shape),
            "-" if result.path is None else path_text(shapes, shapes.value(shape, SH.path)),
            curie(URIRef(result.component)),
            curie(URIRef(result.severity)),
        )
        found[result.focus.strip("<>")].add(" ".join(words))
    assert found == broken()[1]


def test_there_is_a_file_for_each_class() -> None:
    targets = [
        sorted({curie(target) for target in Graph().parse(path).objects(None, SH.targetClass)}) for path in SHAPES
    ]
    classes = [tuple(names) for names in targets if names]
    assert len(classes) == len(set(classes))
    ontology = Graph().parse(ROOT / "ontology" / "iomld.ttl")
    own = {
        str(term).removeprefix("https://w3id.org/iomld/ns#")
        for term in ontology.subjects(RDF.type, URIRef("http://www.w3.org/2002/07/owl#Class"))
    }
    judged = {name.removeprefix("mld:") for names in classes for name in names}
    assert own - judged == set()
