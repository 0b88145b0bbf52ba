"""The compiled checks at work: from targets down to value nodes, all checks, then the findings.

Every step is one query for all shapes of a level, so that a hundred shapes cost little more than one, and a large graph
is scanned few times. The queries are the same for every engine; tables are made or added to, and no row is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from iomld.engine import Engine
from iomld.validation.basicquery import basic_query
from iomld.validation.basicsql import record_basic
from iomld.validation.checks import queries, reads_literals
from iomld.validation.literals import Literals
from iomld.validation.logic import judge_logic
from iomld.validation.model import Class, Datatype, Logic, Pair, Property, Qualified, Range, Sparql
from iomld.validation.paths import Inverse, Path, Predicate, predicates
from iomld.validation.plan import Check, Plan
from iomld.validation.relation import Relation, values
from iomld.validation.sparql import Solver, record
from iomld.validation.vocabulary import rdf, rdfs
from iomld.validation.walk import Walker

__all__ = ["Run"]


class Run:
    """One run of a plan over the data.

    :param engine: what runs it; its connection holds the data
    :param subclasses: further (subclass, class) pairs, from an ontology
    :param solver: for sh:sparql, where the plan has any
    """

    def __init__(
        self,
        plan: Plan,
        engine: Engine,
        *,
        subclasses: Iterable[tuple[str, str]] = (),
        solver: Solver | None = None,
    ) -> None:
        self._solver = solver
        self._engine = engine
        self.plan = plan
        self.relation = Relation(
            engine,
            needed=plan.needed(),
            known={*plan.terms(), rdf("type"), rdfs("subClassOf")} | _predicates(plan),
        )
        self._subclasses = list(subclasses)

    def run(self) -> None:
        """Fill ``finding``."""
        engine = self._engine
        engine.begin("focus", "grp INTEGER, node INTEGER, times INTEGER")
        engine.begin("value", "shape INTEGER, node INTEGER, value INTEGER")
        engine.begin("finding", "chk INTEGER, node INTEGER, value INTEGER, path INTEGER, other INTEGER, note VARCHAR")
        self._instances()
        for level in range(max(self.plan.levels, default=-1) + 1):
            here = [number for number, other in enumerate(self.plan.levels) if other == level]
            self._focus([number for number in here if self.plan.groups[number] == number])
            self._values(here)
        engine.settle("focus")
        engine.settle("value")
        literals = self._literals()
        engine.add("finding", *queries(self.plan, self.relation, literals))
        self._queries()
        judge_logic(self.plan, engine)

    def _instances(self) -> None:
        """``inst(cls, node)`` for the classes that shapes name, subclasses counted in."""
        plan, relation = self.plan, self.relation
        wanted = {check.constraint.iri for check in plan.of(Class)}  # type: ignore[union-attr]
        wanted |= {t.term for shape in plan.shapes for t in shape.targets if t.kind == "Class"}
        if not wanted:
            return
        below: dict[int, list[int]] = defaultdict(list)
        for sub, sup in relation.run(f"SELECT s, o FROM t WHERE p = {relation.id(rdfs('subClassOf'))}"):
            below[sup].append(sub)
        if self._subclasses:
            subs, sups = zip(*self._subclasses, strict=True)
            rows = relation.run(
                """
                SELECT a.id, b.id FROM (SELECT unnest($1::VARCHAR[]) AS sub, unnest($2::VARCHAR[]) AS sup)
                JOIN term a ON a.spelt = sub JOIN term b ON b.spelt = sup
                """,
                [list(subs), list(sups)],
            )
            for sub, sup in rows:
                below[sup].append(sub)
        closure = []
        for cls in sorted(relation.id(term) for term in wanted):
            reached = [cls]
            seen = {cls}
            for member in reached:
                fresh = [sub for sub in below.get(member, ()) if sub not in seen]
                seen.update(fresh)
                reached += fresh
            closure += [(cls, member) for member in reached]
        relation.table("closure", "cls, member", closure)
        self._engine.make(
            "inst",
            f"""SELECT DISTINCT cls, t.s AS node FROM t JOIN closure ON t.o = member
            WHERE t.p = {relation.id(rdf("type"))}""",
        )

    def _focus(self, shapes: list[int]) -> None:
        """Focus nodes of shapes: their targets, and what the shapes above ask them about."""
        parts = [*self._targets(shapes), *self._asked(shapes)]
        if parts:
            self._engine.add(
                "focus",
                f"SELECT shape, node, CAST(sum(times) AS INTEGER) FROM ({' UNION ALL '.join(parts)}) "
                "GROUP BY shape, node",
            )

    def _targets(self, shapes: list[int]) -> Iterator[str]:
        relation = self.relation
        by_kind: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number in shapes:
            for target in self.plan.shapes[number].targets:
                by_kind[target.kind].append((number, relation.id(target.term)))
        selects = {
            "Class": "SELECT c.shape, i.node FROM {} JOIN inst i ON i.cls = c.term",
            "Node": "SELECT c.shape, c.term AS node FROM {}",
            "SubjectsOf": "SELECT c.shape, t.s AS node FROM {} JOIN t ON t.p = c.term",
            "ObjectsOf": "SELECT c.shape, t.o AS node FROM {} JOIN t ON t.p = c.term",
        }
        # A node is a focus node once, however many targets name it.
        parts = [selects[kind].format(values("c", "shape, term", rows)) for kind, rows in by_kind.items()]
        if parts:
            yield f"SELECT DISTINCT shape, node, 1 AS times FROM ({' UNION ALL '.join(parts)})"

    def _asked(self, shapes: list[int]) -> Iterator[str]:
        """Value nodes on which shapes of the levels above ask the shapes; a result for those of sh:property alone."""
        plan, wanted = self.plan, set(shapes)
        on_value: list[tuple[int, int, int]] = []
        on_node: list[tuple[int, int]] = []
        judged: set[tuple[int, int]] = set()
        for number, shape in enumerate(plan.shapes):
            for constraint in shape.constraints:
                match constraint:
                    case Property(child):
                        if plan.index[child] not in wanted:
                            continue
                        if shape.path is None:
                            on_node.append((plan.groups[number], plan.index[child]))
                        else:
                            on_value.append((number, plan.groups[number], plan.index[child]))
                    case Logic(_, members):
                        judged |= {(number, plan.index[member]) for member in members}
                    case Qualified(_, member, _, siblings):
                        judged |= {(number, plan.index[each]) for each in (member, *siblings)}
                    case _:
                        pass
        if on_node:
            yield f"""SELECT c.child AS shape, f.node, f.times FROM focus f
                JOIN {values("c", "grp, child", on_node)} USING (grp)"""
        if on_value:
            yield f"""SELECT c.child AS shape, v.value AS node, f.times FROM value v
                JOIN {values("c", "shape, grp, child", on_value)} USING (shape)
                JOIN focus f ON f.grp = c.grp AND f.node = v.node"""
        if asked := sorted(pair for pair in judged if pair[1] in wanted):
            yield f"""SELECT c.child AS shape, v.value AS node, 0 AS times FROM value v
                JOIN {values("c", "shape, child", asked)} USING (shape)"""

    def _values(self, level: list[int]) -> None:
        plan, relation = self.plan, self.relation
        forward: list[tuple[int, int, int]] = []
        backward: list[tuple[int, int, int]] = []
        walked: list[tuple[int, int, Path]] = []
        on_node: list[tuple[int, int]] = []
        for number in level:
            path, group = plan.shapes[number].path, plan.groups[number]
            match path:
                case None:
                    if any(not isinstance(c, Property) for c in plan.shapes[number].constraints):
                        on_node.append((number, group))
                case Predicate(iri):
                    forward.append((number, group, relation.id(iri)))
                case Inverse(Predicate(iri)):
                    backward.append((number, group, relation.id(iri)))
                case _:
                    walked.append((number, group, path))
        selects = []
        for rows, start, end in ((forward, "s", "o"), (backward, "o", "s")):
            if rows:
                selects.append(
                    f"""SELECT c.shape, f.node, t.{end} FROM t JOIN {values("c", "shape, grp, p", rows)} ON t.p = c.p
                    JOIN focus f ON f.grp = c.grp AND f.node = t.{start}"""
                )
        if on_node:
            selects.append(
                f"""SELECT c.shape, f.node, f.node FROM focus f JOIN {values("c", "shape, grp", on_node)} USING (grp)"""
            )
        walker = Walker(relation)
        for number, group, path in walked:
            made = walker.walk(path, f"SELECT node, node AS here FROM focus WHERE grp = {group}")
            selects.append(f"SELECT {number}, node, here FROM ({made})")
        self._engine.add("value", *selects)
        walker.clear()

    def _literals(self) -> Literals | None:
        plan, relation = self.plan, self.relation
        reading = [check for check in plan.checks if reads_literals(check)]
        if not reading:
            return None
        ordered = [check for check in reading if isinstance(check.constraint, Range | Pair)]
        bounds = [(relation.id(c.constraint.bound),) for c in ordered if isinstance(c.constraint, Range)]
        others = [(relation.id(c.constraint.predicate),) for c in ordered if isinstance(c.constraint, Pair)]
        compared = [_values_of(ordered)]
        if bounds:
            compared.append(f"SELECT id FROM {values('b', 'id', bounds)}")
        if others:
            compared.append(f"SELECT o FROM t JOIN {values('b', 'p', others)} USING (p)")
        literals = Literals(relation, " UNION ".join([_values_of(reading), *compared]))
        literals.check_forms({c.constraint.datatype for c in reading if isinstance(c.constraint, Datatype)})
        if ordered:
            literals.rank(" UNION ".join(compared))
        return literals

    def _queries(self) -> None:
        """The constraints of sh:sparql: in SQL where that is enough, else on the embedded SPARQL engine."""
        for check in self.plan.of(Sparql):
            assert isinstance(check.constraint, Sparql)
            shape = self.plan.shapes[check.shape]
            query = basic_query(check.constraint)
            if query is not None:
                record_basic(self.relation, check.number, check.group, shape.path is None, query)
                continue
            assert self._solver is not None
            solutions = self._solver.solutions(check.constraint, on_node=shape.path is None)
            record(self.relation, check.number, check.group, solutions)


def _values_of(checks: list[Check]) -> str:
    """SQL for the value nodes of the shapes of some checks."""
    shapes = ", ".join(str(number) for number in sorted({check.shape for check in checks})) or "-1"
    return f"SELECT value FROM value WHERE shape IN ({shapes})"


def _predicates(plan: Plan) -> set[str]:
    found: set[str] = set()
    for shape in plan.shapes:
        if shape.path is not None:
            found |= predicates(shape.path)
    return found | {check.constraint.predicate for check in plan.of(Pair)}  # type: ignore[union-attr]
