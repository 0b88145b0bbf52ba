"""Constraints to SQL: one query for all constraints of a kind, whatever the number of shapes and the engine.

Read: ``focus(grp, node, times)``, ``value(shape, node, value)``, ``t``, ``term``, ``lit``, ``illformed``, ``ranked``,
``inst(cls, node)``. The rows are those of ``finding(chk, node, value, path, other, note)``: check, focus node, value
node, the path where it is not the shape's, a further term that the message names, and messages that were made already.
"""

from __future__ import annotations

from collections.abc import Iterator

from iomld.validation.literals import Literals, less
from iomld.validation.matching import TEXT, TEXTS, pattern_queries
from iomld.validation.model import (
    Class,
    Closed,
    Count,
    Datatype,
    HasValue,
    In,
    LanguageIn,
    Length,
    NodeKind,
    Pair,
    Pattern,
    Range,
    UniqueLang,
)
from iomld.validation.plan import Check, Plan
from iomld.validation.relation import BLANK, IRI, Relation, values

__all__ = ["queries", "reads_literals"]

_OPERATORS = {
    "MinInclusive": ("b", "a", True),
    "MinExclusive": ("b", "a", False),
    "MaxInclusive": ("a", "b", True),
    "MaxExclusive": ("a", "b", False),
    "LessThan": ("a", "b", False),
    "LessThanOrEquals": ("a", "b", True),
}


def reads_literals(check: Check) -> bool:
    """Whether a check looks into the literals among its values."""
    return isinstance(check.constraint, Datatype | LanguageIn | UniqueLang | Pattern | Length | Range) or (
        isinstance(check.constraint, Pair) and check.constraint.component.startswith("LessThan")
    )


def queries(plan: Plan, relation: Relation, literals: Literals | None) -> Iterator[str]:
    """The rows of ``finding`` for all checks but those that ask whether a node conforms to another shape.

    :param literals: None where no check reads literals
    """
    yield from _counts(plan)
    yield from _classes(plan, relation)
    yield from _kinds(plan)
    yield from _sets(plan, relation)
    yield from _closed(plan, relation)
    yield from _pairs(plan, relation)
    if literals is not None:
        yield from _datatypes(plan, literals)
        yield from _languages(plan, literals)
        yield from pattern_queries(plan, relation)
        yield from _lengths(plan)
        yield from _order(plan, relation)


def _counts(plan: Plan) -> Iterator[str]:
    least = [c for c in plan.of(Count, "MinCount") if c.constraint.limit > 0]  # type: ignore[union-attr]
    most = plan.of(Count, "MaxCount")
    single = [c for c in least if c.constraint.limit == 1]  # type: ignore[union-attr]
    several = [c for c in least if c.constraint.limit > 1]  # type: ignore[union-attr]
    if single:
        rows = values("c", "chk, shape, grp", [(c.number, c.shape, c.group) for c in single])
        yield f"""SELECT c.chk, f.node, NULL, NULL, NULL, NULL FROM {rows} JOIN focus f USING (grp)
          ANTI JOIN value v ON v.shape = c.shape AND v.node = f.node"""
    for checks, sign in ((several, "<"), (most, ">")):
        if checks:
            rows = values(
                "c",
                "chk, shape, grp, n",
                [(c.number, c.shape, c.group, c.constraint.limit) for c in checks],  # type: ignore[union-attr]
            )
            shapes = ", ".join(str(c.shape) for c in checks)
            tally = f"SELECT shape, node, count(*) AS n FROM value WHERE shape IN ({shapes}) GROUP BY shape, node"
            if sign == ">":
                yield f"""SELECT c.chk, v.node, NULL, NULL, NULL, NULL FROM ({tally}) v JOIN {rows} USING (shape)
                  WHERE v.n > c.n"""
            else:
                yield f"""SELECT c.chk, f.node, NULL, NULL, NULL, NULL FROM {rows} JOIN focus f USING (grp)
                  LEFT JOIN ({tally}) v ON v.shape = c.shape AND v.node = f.node WHERE coalesce(v.n, 0) < c.n"""


def _classes(plan: Plan, relation: Relation) -> Iterator[str]:
    rows = [(c.number, c.shape, relation.id(c.constraint.iri)) for c in plan.of(Class)]  # type: ignore[union-attr]
    if rows:
        yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v
          JOIN {values("c", "chk, shape, cls", rows)} USING (shape)
          ANTI JOIN inst i ON i.cls = c.cls AND i.node = v.value"""


def _kinds(plan: Plan) -> Iterator[str]:
    rows = [
        (check.number, check.shape, *(int(kind not in check.constraint.kinds) for kind in ("iri", "blank", "literal")))
        for check in plan.checks
        if isinstance(check.constraint, NodeKind)
    ]
    if rows:
        wrong = f"CASE v.value & 3 WHEN {IRI} THEN c.iri WHEN {BLANK} THEN c.blank ELSE c.literal END = 1"
        yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v
          JOIN {values("c", "chk, shape, iri, blank, literal", rows)} USING (shape) WHERE {wrong}"""


def _sets(plan: Plan, relation: Relation) -> Iterator[str]:
    checks = plan.of(In)
    if checks:
        rows = values("c", "chk, shape", [(c.number, c.shape) for c in checks])
        members = [(c.number, relation.id(term)) for c in checks for term in c.constraint.terms]  # type: ignore[union-attr]
        allowed = f"ANTI JOIN {values('m', 'chk, value', members)} USING (chk, value)" if members else ""
        yield f"""SELECT chk, node, value, NULL, NULL, NULL FROM (
            SELECT c.chk, v.node, v.value FROM value v JOIN {rows} USING (shape)
          ) {allowed}"""
    having = [
        (c.number, c.shape, c.group, relation.id(c.constraint.term))  # type: ignore[union-attr]
        for c in plan.of(HasValue)
    ]
    if having:
        yield f"""SELECT c.chk, f.node, NULL, NULL, NULL, NULL FROM {values("c", "chk, shape, grp, term", having)}
          JOIN focus f USING (grp) ANTI JOIN value v ON v.shape = c.shape AND v.node = f.node AND v.value = c.term"""


def _closed(plan: Plan, relation: Relation) -> Iterator[str]:
    checks = plan.of(Closed)
    if checks:
        rows = values("c", "chk, shape", [(c.number, c.shape) for c in checks])
        allowed = [(c.number, relation.id(p)) for c in checks for p in sorted(c.constraint.predicates)]  # type: ignore[union-attr]
        known = f"ANTI JOIN {values('a', 'chk, p', allowed)} USING (chk, p)" if allowed else ""
        yield f"""SELECT chk, node, o, p, NULL, NULL FROM (
            SELECT c.chk, v.node, t.o, t.p FROM value v JOIN {rows} USING (shape) JOIN t ON t.s = v.value
          ) {known}"""


def _pairs(plan: Plan, relation: Relation) -> Iterator[str]:
    def rows(component: str) -> str:
        return values(
            "c",
            "chk, shape, grp, p",
            [
                (c.number, c.shape, c.group, relation.id(c.constraint.predicate))  # type: ignore[union-attr]
                for c in plan.of(Pair, component)
            ],
        )

    if plan.of(Pair, "Disjoint"):
        yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {rows("Disjoint")} USING (shape)
          SEMI JOIN t ON t.s = v.node AND t.p = c.p AND t.o = v.value"""
    if plan.of(Pair, "Equals"):
        yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {rows("Equals")} USING (shape)
          ANTI JOIN t ON t.s = v.node AND t.p = c.p AND t.o = v.value"""
        yield f"""SELECT chk, node, o, NULL, NULL, NULL FROM (
            SELECT c.chk, c.shape, f.node, t.o FROM {rows("Equals")} JOIN focus f USING (grp)
            JOIN t ON t.s = f.node AND t.p = c.p
          ) q ANTI JOIN value v ON v.shape = q.shape AND v.node = q.node AND v.value = q.o"""


def _datatypes(plan: Plan, literals: Literals) -> Iterator[str]:
    checks = plan.of(Datatype)
    if checks:
        rows = values("c", "chk, shape", [(c.number, c.shape) for c in checks])
        tags = [(c.number, tag) for c in checks for tag in literals.of_datatype(c.constraint.datatype)]  # type: ignore[union-attr]
        right = values("r", "chk, tag", tags or [(-1, -1)])
        yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {rows} USING (shape)
          ANTI JOIN (SELECT r.chk, l.id FROM lit l JOIN {right} USING (tag) ANTI JOIN illformed USING (id)) g
          ON g.chk = c.chk AND g.id = v.value"""


def _languages(plan: Plan, literals: Literals) -> Iterator[str]:
    checks = plan.of(LanguageIn)
    if checks:
        rows = values("c", "chk, shape", [(c.number, c.shape) for c in checks])
        # langMatches of SPARQL: basic filtering of RFC 4647; "*" is any language.
        tags = [
            (c.number, tag)
            for c in checks
            for tag, language in literals.languages().items()
            if any(
                wanted == "*" or language == wanted.lower() or language.startswith(wanted.lower() + "-")
                for wanted in c.constraint.ranges  # type: ignore[union-attr]
            )
        ]
        yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {rows} USING (shape)
          ANTI JOIN (SELECT r.chk, l.id FROM lit l JOIN {values("r", "chk, tag", tags or [(-1, -1)])} USING (tag)) g
          ON g.chk = c.chk AND g.id = v.value"""
    checks = plan.of(UniqueLang)
    languages = sorted(set(literals.languages().values()))
    if checks and languages:
        rows = values("c", "chk, shape", [(c.number, c.shape) for c in checks])
        tags = [(tag, languages.index(language)) for tag, language in literals.languages().items()]
        # The other term is the first of the values: its tag names the language in the message.
        yield f"""SELECT c.chk, v.node, NULL, NULL, min_by(v.value, l.text), NULL FROM value v JOIN {rows} USING (shape)
          JOIN lit l ON l.id = v.value JOIN {values("g", "tag, language", tags)} USING (tag)
          GROUP BY c.chk, v.node, g.language HAVING count(*) > 1"""


def _lengths(plan: Plan) -> Iterator[str]:
    for component, sign in (("MinLength", "<"), ("MaxLength", ">")):
        rows = [(c.number, c.shape, c.constraint.limit) for c in plan.of(Length, component)]  # type: ignore[union-attr]
        if rows:
            yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v
              JOIN {values("c", "chk, shape, n", rows)} USING (shape) {TEXTS}
              WHERE v.value & 3 = {BLANK} OR length({TEXT}) {sign} c.n"""


def _order(plan: Plan, relation: Relation) -> Iterator[str]:
    for component, (first, second, or_equal) in _OPERATORS.items():
        holds = less(first, second, or_equal=or_equal)
        ranges = [(c.number, c.shape, relation.id(c.constraint.bound)) for c in plan.of(Range, component)]  # type: ignore[union-attr]
        if ranges:
            yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v
              JOIN {values("c", "chk, shape, bound", ranges)} USING (shape)
              LEFT JOIN ranked a ON a.id = v.value LEFT JOIN ranked b ON b.id = c.bound
              WHERE NOT coalesce({holds}, false)"""
        pairs = [(c.number, c.shape, relation.id(c.constraint.predicate)) for c in plan.of(Pair, component)]  # type: ignore[union-attr]
        if pairs:
            yield f"""SELECT c.chk, v.node, v.value, NULL, q.o, NULL FROM value v
              JOIN {values("c", "chk, shape, p", pairs)} USING (shape) JOIN t q ON q.s = v.node AND q.p = c.p
              LEFT JOIN ranked a ON a.id = v.value LEFT JOIN ranked b ON b.id = q.o
              WHERE NOT coalesce({holds}, false)"""
