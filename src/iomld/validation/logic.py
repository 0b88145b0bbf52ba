"""Constraints that ask whether a node conforms to another shape: from the innermost shapes outward.

Read: what :mod:`iomld.validation.checks` reads and finds. Kept meanwhile: ``bad(shape, node)``, the nodes that do not
conform. Left behind, where there is sh:qualifiedMaxCount: ``counted(chk, node, value)``, the values that are too many.
"""

from __future__ import annotations

from collections.abc import Iterator

from iomld.engine import Engine
from iomld.validation.model import Logic, Qualified
from iomld.validation.plan import Check, Plan
from iomld.validation.relation import values

__all__ = ["judge_logic"]


def judge_logic(plan: Plan, engine: Engine) -> None:
    """Add to ``finding``, level by level; every other check has been run before."""
    asking = plan.of(Logic) + plan.of(Qualified)
    engine.begin("bad", "shape INTEGER, node INTEGER")
    if plan.of(Qualified, "QualifiedMaxCount"):
        engine.begin("counted", "chk INTEGER, node INTEGER, value INTEGER")
    for level in sorted(set(plan.levels), reverse=True):
        here = [check for check in asking if plan.levels[check.shape] == level]
        most = [check for check in here if check.constraint.component == "QualifiedMaxCount"]
        if most:
            engine.add("counted", _too_many(plan, most))
        engine.add("finding", *_selects(plan, here))
        engine.add("bad", *_bad(plan, [shape for shape in plan.judging if plan.levels[shape] == level]))
    engine.drop("bad")


def _bad(plan: Plan, shapes: list[int]) -> Iterator[str]:
    parts = []
    rows = [(check.number, check.shape) for check in plan.checks if check.shape in shapes]
    if rows:
        parts.append(f"SELECT c.shape, f.node FROM finding f JOIN {values('c', 'chk, shape', rows)} USING (chk)")
    below = [(shape, child, plan.groups[shape]) for shape in shapes for child in plan.children(shape)]
    on_value = [(s, c) for s, c, _ in below if plan.shapes[s].path is not None]
    on_node = [(s, c, g) for s, c, g in below if plan.shapes[s].path is None]
    if on_value:
        parts.append(
            f"""SELECT v.shape, v.node FROM value v JOIN {values("c", "shape, child", on_value)} USING (shape)
            JOIN bad b ON b.shape = c.child AND b.node = v.value"""
        )
    if on_node:
        parts.append(
            f"""SELECT c.shape, f.node FROM focus f JOIN {values("c", "shape, child, grp", on_node)} USING (grp)
            JOIN bad b ON b.shape = c.child AND b.node = f.node"""
        )
    if parts:
        # Each (shape, node) once: members of sh:or and sh:xone are counted.
        yield f"SELECT DISTINCT shape, node FROM ({' UNION ALL '.join(parts)})"


def _members(plan: Plan, checks: list[Check]) -> list[tuple[int, int, int]]:
    """(check, shape, member shape), a member as often as it is listed."""
    return [
        (check.number, check.shape, plan.index[member])
        for check in checks
        for member in check.constraint.shapes  # type: ignore[union-attr]
    ]


def _selects(plan: Plan, checks: list[Check]) -> Iterator[str]:
    by_component: dict[str, list[Check]] = {}
    for check in checks:
        by_component.setdefault(check.constraint.component, []).append(check)
    for component, same in by_component.items():
        if component == "QualifiedMinCount":
            yield _too_few(plan, same)
            continue
        if component == "QualifiedMaxCount":
            checks_here = values("c", "chk", [(check.number,) for check in same])
            yield f"SELECT DISTINCT chk, node, NULL, NULL, NULL, NULL FROM counted JOIN {checks_here} USING (chk)"
            continue
        members = _members(plan, same)
        table = values("c", "chk, shape, child", members or [(-1, -1, -1)])
        if component in ("Node", "And"):
            yield f"""SELECT DISTINCT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {table} USING (shape)
              JOIN bad b ON b.shape = c.child AND b.node = v.value"""
        elif component == "Not":
            yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v JOIN {table} USING (shape)
              ANTI JOIN bad b ON b.shape = c.child AND b.node = v.value"""
        else:
            # The number of members that the value conforms to: none for sh:or, other than one for sh:xone.
            sizes = [(c.number, c.shape, len(c.constraint.shapes)) for c in same]  # type: ignore[union-attr]
            wanted = "= 0" if component == "Or" else "<> 1"
            listed = values("m", "chk, child", [(chk, child) for chk, _, child in members] or [(-1, -1)])
            yield f"""SELECT c.chk, v.node, v.value, NULL, NULL, NULL FROM value v
              JOIN {values("c", "chk, shape, n", sizes)} USING (shape)
              LEFT JOIN (SELECT m.chk, b.node FROM {listed} JOIN bad b ON b.shape = m.child) x
              ON x.chk = c.chk AND x.node = v.value
              GROUP BY c.chk, c.n, v.node, v.value HAVING c.n - count(x.node) {wanted}"""


def _conforming(plan: Plan, checks: list[Check]) -> tuple[str, str]:
    """Checks of sh:qualifiedValueShape as the table ``c(chk, shape, grp, child, n)``, and the values that count."""
    rows = []
    siblings = []
    for check in checks:
        constraint = check.constraint
        assert isinstance(constraint, Qualified)
        rows.append((check.number, check.shape, check.group, plan.index[constraint.shape], constraint.limit))
        siblings += [(check.number, plan.index[sibling]) for sibling in constraint.siblings]
    table = values("c", "chk, shape, grp, child, n", rows)
    conforming = f"""SELECT c.chk, v.node, v.value, c.n FROM value v JOIN {table} USING (shape)
        ANTI JOIN bad b ON b.shape = c.child AND b.node = v.value"""
    if siblings:
        # A value that conforms to a sibling shape does not count.
        conforming = f"""WITH q AS ({conforming}) SELECT chk, node, value, n FROM q ANTI JOIN (
            SELECT q.chk, q.node, q.value FROM q JOIN {values("s", "chk, child", siblings)} USING (chk)
            ANTI JOIN bad b ON b.shape = s.child AND b.node = q.value
          ) x USING (chk, node, value)"""
    return table, conforming


def _too_few(plan: Plan, checks: list[Check]) -> str:
    table, conforming = _conforming(plan, checks)
    counted = f"SELECT chk, node, count(*) AS n FROM ({conforming}) GROUP BY chk, node"
    return f"""SELECT c.chk, f.node, NULL, NULL, NULL, NULL FROM {table} JOIN focus f USING (grp)
      LEFT JOIN ({counted}) k ON k.chk = c.chk AND k.node = f.node WHERE coalesce(k.n, 0) < c.n"""


def _too_many(plan: Plan, checks: list[Check]) -> str:
    _, conforming = _conforming(plan, checks)
    return f"""SELECT chk, node, value FROM (
        SELECT chk, node, value, n, count(*) OVER (PARTITION BY chk, node) AS total FROM ({conforming})
      ) WHERE total > n"""
