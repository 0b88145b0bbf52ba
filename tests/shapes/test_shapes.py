"""Each shape passes what is right and finds what is wrong, and nothing else (judged by pySHACL)."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph, Literal, Node, URIRef

from iomld.validation import load_shapes
from iomld.validation import validate as run_compiled
from iomld.validation.plan import refusal
from iomld.validation.reading import open_relation, read_files

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
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


@pytest.mark.parametrize(("shape", "node"), cases(), ids=lambda text: text.rsplit("/", 1)[-1])
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
        if (shape, SH.message, None) in shapes
    }
    assert named - shown == set()


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
    assert wanted - shown == set()


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


def test_only_two_shapes_need_a_query() -> None:
    """The rest is SHACL Core, so that every engine judges alike; the compiled checks take them all."""
    assert sorted(map(curie, shapes.subjects(SH.sparql))) == ["mlds:Figure-total", "mlds:State-in-time"]
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
