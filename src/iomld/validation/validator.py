"""One validation: which engine judges which shape, and one report of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import Embedded, Engine
from iomld.errors import OutsideError
from iomld.graph import Quads
from iomld.validation.basicquery import basic_query
from iomld.validation.cells import locate
from iomld.validation.compiled import Run
from iomld.validation.findings import Findings
from iomld.validation.model import Pattern, Shape, Shapes, Sparql, component_iri
from iomld.validation.paths import text
from iomld.validation.plan import Plan, make_plan, refusal
from iomld.validation.reading import open_relation, read_files
from iomld.validation.report import Judged, Report, Result
from iomld.validation.results import make_results
from iomld.validation.sparql import Solver, predicates_read
from iomld.validation.vocabulary import rdfs

if TYPE_CHECKING:
    import duckdb

__all__ = ["order", "subclass_pairs", "validate"]


def validate(
    data: Quads,
    shapes: Shapes,
    *,
    ontology: Quads | Sequence[Path] | None = None,
    memory: str | None = None,
    limit: int | None = None,
    engine: Callable[[duckdb.DuckDBPyConnection], Engine] = Embedded,
) -> Report:
    """Judge data by shapes; that it does not conform is an answer, not an error.

    All graphs of the data are judged as one. Focus nodes, value nodes and subclasses are those of SHACL, section 3.

    :param data: the relation of quads; its origins tell the place of each result
    :param shapes: as :func:`~iomld.validation.load_shapes` gives them
    :param ontology: where further ``rdfs:subClassOf`` come from; nothing else is taken from it
    :param memory: bound on the engine's memory while this lasts, such as ``1GB``; what exceeds it goes to disk
    :param limit: how many results are kept (the first, in their order); all are counted
    :param engine: what runs the compiled checks, made for a connection and closed when they are done
    :raises ShapesError: ``shapes-refused`` where no engine understands a shape
    :raises OutsideError: ``out-of-memory`` where the bound is too low even with the disk

    Source: SHACL, section 3.
    """
    subclasses = subclass_pairs(ontology)
    with _bounded(data, memory):
        shapes = _with_usable_patterns(data, shapes)
        plan, refused, solver = _shared_out(data, shapes)
        results, counts = _compiled(data, shapes, plan, subclasses, limit, solver, engine)
        if refused:
            from iomld.validation.peer import judge

            pairs = [(sub, rdfs("subClassOf"), sup) for sub, sup in subclasses]
            judged = judge(data, shapes, refused.keys(), subclasses=pairs)
            for result in judged:
                counts[result.severity] += result.times
            results = sorted([*results, *judged], key=order)[:limit]
        located = tuple(locate(data, shapes, results))
    roots = [node for node, shape in shapes.shapes.items() if shape.targets]
    label = shapes.triples.label
    return Report(
        conforms=not counts,
        results=located,
        engines=tuple(
            Judged(label(node), "pyshacl", refused[node]) if node in refused else Judged(label(node), "compiled")
            for node in dict.fromkeys([*roots, *refused])
        ),
        counts=dict(sorted(counts.items())),
        warnings=shapes.warnings,
        prefixes=shapes.triples.prefixes,
    )


def _with_usable_patterns(data: Quads, shapes: Shapes) -> Shapes:
    """The same shapes, those refused whose pattern the engine does not take after all."""
    import duckdb

    cursor = data.connection.cursor()
    changed: dict[str, Shape] = {}
    for node, shape in shapes.shapes.items():
        for constraint in shape.constraints:
            if isinstance(constraint, Pattern) and shape.refused is None:
                try:
                    cursor.execute("SELECT regexp_matches('', $1)", [constraint.regex])
                except duckdb.Error:
                    changed[node] = replace(shape, refused=f"sh:pattern {constraint.pattern}")
    cursor.close()
    return replace(shapes, shapes={**shapes.shapes, **changed}) if changed else shapes


def _query_engine(data: Quads, plan: Plan) -> Solver | None:
    """The SPARQL engine with what the queries of a plan read; None where there are none."""
    queries = [
        check.constraint
        for check in plan.of(Sparql)
        if isinstance(check.constraint, Sparql) and basic_query(check.constraint) is None
    ]
    if not queries:
        return None
    read = [predicates_read(query) for query in queries]
    known = [predicates for predicates in read if predicates is not None]
    return Solver(data, frozenset().union(*known) if len(known) == len(read) else None)


def _has_query(shapes: Shapes, root: str) -> bool:
    front, seen = [root], {root}
    for node in front:
        shape = shapes.shapes.get(node)
        if shape is None:
            continue
        if any(isinstance(c, Sparql) and basic_query(c) is None for c in shape.constraints):
            return True
        fresh = [reference for reference in shapes.references(node) if reference not in seen]
        seen.update(fresh)
        front += fresh
    return False


def _shared_out(data: Quads, shapes: Shapes) -> tuple[Plan, dict[str, str], Solver | None]:
    """The plan for the compiler, the shapes that go to pySHACL with the reason, the SPARQL engine if needed."""
    roots = [node for node, shape in shapes.shapes.items() if shape.targets]
    refused = {node: reason for node in roots if (reason := refusal(shapes, node)) is not None}
    # SHACL Advanced Features have targets that only pySHACL can find.
    refused |= {
        node: shape.refused
        for node, shape in shapes.shapes.items()
        if shape.refused is not None and not shape.targets and "sh:target " in shape.refused
    }
    plan = make_plan(shapes, [node for node in roots if node not in refused])
    solver = _query_engine(data, plan)
    if solver is not None and (doubt := solver.distrust()) is not None:
        # The embedded engine keeps values, not lexical forms: its answers could be about other terms.
        solver.close()
        reason = f"sh:sparql: the embedded engine {doubt}"
        refused |= {node: reason for node in roots if node not in refused and _has_query(shapes, node)}
        plan, solver = make_plan(shapes, [node for node in roots if node not in refused]), None
    return plan, refused, solver


@contextmanager
def _bounded(data: Quads, memory: str | None) -> Iterator[None]:
    """A bound on the engine's memory that is taken back afterwards."""
    import duckdb

    connection = data.connection
    before = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    try:
        if memory is not None:
            connection.execute("SET memory_limit = $1", [memory])
        yield
    except duckdb.OutOfMemoryException as error:
        raise OutsideError(
            "out-of-memory",
            "the checks need more memory than they may use, even with the disk",
            hint="raise --memory, or leave it out",
        ) from error
    finally:
        if memory is not None and before is not None:
            connection.execute("SET memory_limit = $1", [before[0]])


def subclass_pairs(ontology: Quads | Sequence[Path] | None) -> list[tuple[str, str]]:
    """The (subclass, class) pairs, spelt, of an ontology."""
    if not ontology:
        return []
    quads = ontology if isinstance(ontology, Quads) else read_files(ontology, open_relation(), root=Path.cwd())
    rows = quads.connection.cursor().execute(
        "SELECT DISTINCT subject, object FROM quad WHERE predicate = $1", [rdfs("subClassOf")]
    )
    return rows.fetchall()


def order(result: Result) -> tuple[str, ...]:
    """What results are sorted by."""
    path = "" if result.path is None else text(result.path)
    return (result.focus, path, result.component, result.value or "", result.named, result.shape, result.message())


def _compiled(
    data: Quads,
    shapes: Shapes,
    plan: Plan,
    subclasses: list[tuple[str, str]],
    limit: int | None,
    solver: Solver | None,
    engine: Callable[[duckdb.DuckDBPyConnection], Engine],
) -> tuple[list[Result], Counter[str]]:
    counts: Counter[str] = Counter()
    if not plan.checks:
        return [], counts
    with ExitStack() as opened:
        if solver is not None:
            opened.callback(solver.close)
        cursor = data.connection.cursor()
        opened.callback(cursor.close)
        runner = engine(cursor)
        opened.callback(runner.close)
        run = Run(plan, runner, subclasses=subclasses, solver=solver)
        run.run()
        findings = Findings(run.relation, plan)
        for number, count in findings.counts().items():
            counts[plan.shapes[plan.checks[number].shape].severity] += count
        keys = {}
        for check in plan.checks:
            shape = plan.shapes[check.shape]
            path = "" if shape.path is None else text(shape.path)
            keys[check.number] = (path, component_iri(check.constraint.component), shape.named.strip("<>") + shape.node)
        found = findings.sorted(keys, limit) if counts else []
        return make_results(shapes, plan, findings, found), counts
