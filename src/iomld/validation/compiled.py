"""The compiled checks at work: from targets down to value nodes, all checks, then the findings.

Every step is one statement for all shapes of a level, so that a hundred shapes cost little more than one, and a
large graph is scanned few times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from iomld.graph import Quads
from iomld.validation.basicquery import basic_query
from iomld.validation.basicsql import record_basic
from iomld.validation.checks import reads_literals, statements
from iomld.validation.literals import Literals
from iomld.validation.logic import logic_statements
from iomld.validation.model import Class, Datatype, Logic, Pair, Property, Qualified, Range, Sparql
from iomld.validation.paths import Inverse, Path, Predicate, predicates
from iomld.validation.plan import Check, Plan
from iomld.validation.relation import Relation, values
from iomld.validation.sparql import Engine, record
from iomld.validation.vocabulary import rdf, rdfs
from iomld.validation.walk import Walker

__all__ = ["Run"]


class Run:
    """One run of a plan over the data.

    :param subclasses: further (subclass, class) pairs, from an ontology
    :param engine: for sh:sparql, where the plan has any
    """

    def __init__(
        self,
        data: Quads,
        plan: Plan,
        *,
        subclasses: Iterable[tuple[str, str]] = (),
        engine: Engine | None = None,
    ) -> None:
        self._engine = engine
        self.plan = plan
        self.relation = Relation(
            data, needed=plan.needed(), known={*plan.terms(), rdf("type"), rdfs("subClassOf")} | _predicates(plan)
        )
        self._subclasses = list(subclasses)

    def run(self) -> None:
        """Fill ``finding``."""
        run = self.relation.run
        for table, columns in (
            ("focus", "grp INTEGER, node INTEGER, times INTEGER"),
            ("reach", "shape INTEGER, node INTEGER, times INTEGER"),
            ("value", "shape INTEGER, node INTEGER, value INTEGER"),
            ("finding", "chk INTEGER, node INTEGER, value INTEGER, path INTEGER, other INTEGER, note VARCHAR"),
            ("bad", "shape INTEGER, node INTEGER"),
        ):
            run(f"CREATE TEMP TABLE {table} ({columns})")
        self._instances()
        for level in range(max(self.plan.levels, default=-1) + 1):
            self._descend([n for n, other in enumerate(self.plan.levels) if other == level])
        literals = self._literals()
        for statement in statements(self.plan, self.relation, literals):
            run(statement)
        self._queries()
        for statement in logic_statements(self.plan):
            run(statement)

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
        relation.run(
            f"""
            CREATE TEMP TABLE inst AS SELECT DISTINCT cls, t.s AS node FROM t JOIN closure ON t.o = member
            WHERE t.p = {relation.id(rdf("type"))}
            """
        )

    def _descend(self, level: list[int]) -> None:
        """Focus nodes, value nodes and the nodes that other shapes are asked about, for the shapes of a level."""
        plan, relation = self.plan, self.relation
        own = [number for number in level if plan.groups[number] == number]
        for select in self._targets(own):
            relation.run(f"INSERT INTO reach {select}")
        if own:
            chosen = ", ".join(map(str, own))
            relation.run(
                f"""INSERT INTO focus SELECT shape, node, sum(times)::INTEGER FROM reach
                WHERE shape IN ({chosen}) GROUP BY ALL"""
            )
            relation.run(f"DELETE FROM reach WHERE shape IN ({chosen})")
        self._values(level)
        self._ask(level)

    def _targets(self, shapes: list[int]) -> Iterable[str]:
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
            yield f"SELECT DISTINCT shape, node, 1 FROM ({' UNION ALL '.join(parts)})"

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
        for rows, start, end in ((forward, "s", "o"), (backward, "o", "s")):
            if rows:
                relation.run(
                    f"""
                    INSERT INTO value SELECT c.shape, f.node, t.{end} FROM t
                    JOIN {values("c", "shape, grp, p", rows)} ON t.p = c.p
                    JOIN focus f ON f.grp = c.grp AND f.node = t.{start}
                    """
                )
        if on_node:
            relation.run(
                f"""INSERT INTO value SELECT c.shape, f.node, f.node FROM focus f
                JOIN {values("c", "shape, grp", on_node)} USING (grp)"""
            )
        if walked:
            walker = Walker(relation)
            for number, group, path in walked:
                made = walker.walk(path, f"SELECT node, node AS here FROM focus WHERE grp = {group}")
                relation.run(f"INSERT INTO value SELECT {number}, node, here FROM {made}")
            walker.clear()

    def _ask(self, level: list[int]) -> None:
        """Put the nodes on which the shapes of the level ask other shapes into ``reach``."""
        plan, relation = self.plan, self.relation
        on_value: list[tuple[int, int, int]] = []
        on_node: list[tuple[int, int, int]] = []
        asked: list[tuple[int, int]] = []
        for number in level:
            for constraint in plan.shapes[number].constraints:
                match constraint:
                    case Property(shape):
                        child = plan.index[shape]
                        if plan.groups[child] != child:
                            continue
                        row = (number, plan.groups[number], child)
                        (on_node if plan.shapes[number].path is None else on_value).append(row)
                    case Logic(_, members):
                        asked += [(number, plan.index[member]) for member in dict.fromkeys(members)]
                    case Qualified(_, shape, _, siblings):
                        asked += [(number, plan.index[member]) for member in (shape, *siblings)]
                    case _:
                        pass
        if on_node:
            relation.run(
                f"""
                INSERT INTO reach SELECT c.child, f.node, f.times FROM focus f
                JOIN {values("c", "shape, grp, child", on_node)} USING (grp)
                """
            )
        if on_value:
            relation.run(
                f"""
                INSERT INTO reach SELECT c.child, v.value, sum(f.times)::INTEGER FROM value v
                JOIN {values("c", "shape, grp, child", on_value)} USING (shape)
                JOIN focus f ON f.grp = c.grp AND f.node = v.node GROUP BY ALL
                """
            )
        if asked:
            relation.run(
                f"""
                INSERT INTO reach SELECT DISTINCT c.child, v.value, 0 FROM value v
                JOIN {values("c", "shape, child", sorted(set(asked)))} USING (shape)
                """
            )

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
            assert self._engine is not None
            solutions = self._engine.solutions(check.constraint, shape.messages)
            record(self.relation, check.number, check.group, shape.path is None, solutions)

    def close(self) -> None:
        """Drop the tables."""
        self.relation.close()


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
