"""References to other triples maps: to the subjects of the same record, or of those that a join finds elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from iomld.errors import IomldError, MappingError
from iomld.mapping.expressions import NOTHING, references
from iomld.mapping.heads import Heads, Joined
from iomld.mapping.model import Join, RefObjectMap, TriplesMap
from iomld.mapping.model import Mapping as Model
from iomld.mapping.termmaps import Scope
from iomld.mapping.walking import parent_of

__all__ = ["Parent", "References"]


class Parent(Protocol):
    """A triples map that is referred to, where its subjects are gathered."""

    #: whether they are being gathered just now
    gathers: bool

    def heads(self) -> Heads:
        """The gathered subjects."""


class References:
    """The references of one triples map.

    :param scope: its own records
    :param origin: ``FROM`` clause of these
    :param scope_of: gives the records of another triples map under an alias
    :param of: gives what makes the subjects of another triples map
    :param errors: takes what is wrong whatever the data say
    """

    def __init__(
        self,
        model: Model,
        scope: Scope,
        origin: str,
        scope_of: Callable[[TriplesMap, str], Scope],
        of: Callable[[TriplesMap], Parent],
        errors: list[IomldError],
    ) -> None:
        self._model = model
        self._scope = scope
        self._origin = origin
        self._scope_of = scope_of
        self._of = of
        self._errors = errors
        #: by ``FROM`` clause, the table of the other triples map and its columns that are compared with one value
        self.joined: dict[str, tuple[str, ...]] = {}

    def join(self, reference: RefObjectMap, ordered: bool = False) -> Joined | None:
        """The subjects that a reference means, and the records that they come from; None where that is a mistake.

        :param ordered: whether the values of the parent are wanted in their order
        """
        try:
            parent = parent_of(reference, self._model)
        except MappingError as error:
            self._errors.append(error)
            return None
        heads: Heads | None = None
        if parent.subject.gather is not None:
            other = self._of(parent)
            if other.gathers:
                message = f"the members of “{parent.name}” are collections that they stand in themselves"
                self._errors.append(MappingError("gather-cycle", message, location=reference.location))
                return None
            heads = other.heads()
        same = not reference.joins  # made from the same record: its source is the same, or the mapping was refused
        scope = self._scope_of(parent, "c" if same else "p")
        scope.ordered = ordered
        key = scope.relation.key
        term = scope.term(parent.subject) if heads is None else NOTHING
        conditions = (
            *scope.conditions(parent.subject.conditions),
            *self._scope.conditions(reference.conditions),
        )
        for join in reference.joins:
            # a side without a value is equal to nothing
            conditions += self._scope.conditions(join.child.conditions)
            conditions += scope.conditions(join.parent.conditions)
        if same:
            return Joined(self._origin, term, conditions, scope.alias, key, heads)
        pairs = [self._pair(join, scope) for join in reference.joins]
        fields = tuple(dict.fromkeys(field for join in reference.joins for field in references(join.child.expression)))
        on = " AND ".join(condition for condition, _ in pairs)
        origin = f"{self._origin} JOIN {scope.relation.table} p ON {on}"
        self.joined[origin] = (scope.relation.table, *(column for _, column in pairs if column is not None))
        term = replace(term, fields=fields, injective=False)
        return Joined(origin, term, conditions, scope.alias, key, heads)

    def _pair(self, join: Join, scope: Scope) -> tuple[str, str | None]:
        """The condition of a join, and the column of the other side where it is compared with one value.

        Of several values each may find another record, so that such a column is no key for the join.
        """
        sides = []
        for side, term in ((self._scope, join.child), (scope, join.parent)):
            sides.append(side.text_list(term.expression) if term.expression is not None else ("NULL", False))
        (child, child_many), (parent, parent_many) = sides
        if child_many and parent_many:
            return self._scope.dialect("share", child, parent), None
        if child_many:
            return self._scope.dialect("holds", child, parent), None
        if parent_many:
            return self._scope.dialect("holds", parent, child), None
        return f"{child} = {parent}", parent
