"""
As much of GraphQL as a gateway asks of a subgraph: fields, aliases, arguments, fragments, @include and @skip. It knows no
types: what it is given to resolve with says which fields there are. A service of more than a few fields takes a library.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any, Callable, Mapping

from graphql_reader import Field, QueryError, Reader, Selection, Variable

Resolvers = Mapping[str, Mapping[str, Callable[..., Any]]]
"""For each type its fields: what is called with the parent and the arguments. Objects are dicts with __typename."""


def answer(request: Any, resolvers: Resolvers) -> dict:
    """What is answered to a request {query, operationName, variables}: {data} or {errors}, or both."""
    try:
        if not isinstance(request, dict) or not isinstance(request.get("query"), str):
            raise QueryError("there is no query")
        operations, fragments = Reader(request["query"]).document()
        name, given = request.get("operationName"), request.get("variables") or {}
        if not isinstance(given, dict):
            raise QueryError("the variables are no object")
        chosen = [one for one in operations if name is None or one[0] == name]
        if len(chosen) != 1:
            raise QueryError("it is not clear which operation is meant")
        _, defaults, selections = chosen[0]
        execution = Execution(resolvers, fragments, {**defaults, **given})
        data = execution.object({"__typename": "Query"}, selections, [])
        return {"data": data, **({"errors": execution.errors} if execution.errors else {})}
    except QueryError as error:
        return {"errors": [{"message": str(error)}]}
    except RecursionError:
        return {"errors": [{"message": "the query is too deep"}]}


class Execution:
    """Resolves selections. A field that fails is null, and an error says so: the fields here may all be null."""

    def __init__(self, resolvers: Resolvers, fragments: dict, variables: dict) -> None:
        self._resolvers = resolvers
        self._fragments = fragments
        self._variables = variables
        self.errors: list[dict] = []

    def object(self, parent: dict, selections: list[Selection], path: list) -> dict:
        """The object that a selection makes of a parent."""
        fields: dict[str, list[Field]] = {}
        self._collect(parent["__typename"], selections, fields, set())
        return {key: self._field(parent, same, [*path, key]) for key, same in fields.items()}

    def _collect(self, type_name: str, selections: list[Selection], fields: dict, seen: set) -> None:
        """Gathers the fields that are asked of a type, those of one key together."""
        for one in selections:
            if not self._value(one.directives.get("include", True)) or self._value(one.directives.get("skip", False)):
                continue
            if isinstance(one, Field):
                fields.setdefault(one.key, []).append(one)
                continue
            if one.name in seen:
                continue
            if one.name is not None:
                seen.add(one.name)
                if one.name not in self._fragments:
                    raise QueryError(f"there is no fragment {one.name}")
                one = self._fragments[one.name]
            if one.on in (None, type_name):
                self._collect(type_name, one.selections, fields, seen)

    def _field(self, parent: dict, same: list[Field], path: list) -> Any:
        type_name, (first, *_) = parent["__typename"], same
        if first.name == "__typename":
            return type_name
        resolve = self._resolvers.get(type_name, {}).get(first.name)
        if not resolve:
            raise QueryError(f"there is no field {type_name}.{first.name}")
        arguments = {
            name: self._value(value)
            for name, value in first.arguments.items()
            if not (isinstance(value, Variable) and value.name not in self._variables)
        }
        try:
            value = resolve(parent, **arguments)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            self.errors.append({"message": f"{type_name}.{first.name} failed", "path": path})
            return None
        return self._complete(value, [one for field in same for one in field.selections], path)

    def _complete(self, value: Any, selections: list[Selection], path: list) -> Any:
        if isinstance(value, list):
            return [self._complete(one, selections, [*path, index]) for index, one in enumerate(value)]
        if value is not None and isinstance(value, dict) != bool(selections):
            raise QueryError(f"{path[-1]} wants {'no ' if selections else ''}selections")
        return self.object(value, selections, path) if isinstance(value, dict) else value

    def _value(self, value: Any) -> Any:
        """An argument's value, with the variables in their places."""
        if isinstance(value, Variable):
            return self._variables.get(value.name)
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if isinstance(value, dict):
            return {name: self._value(one) for name, one in value.items()}
        return value
