"""
Reads a GraphQL document of what a gateway sends: queries with variables, and fragments. Anything else is a QueryError.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, Union

TOKEN = re.compile(
    r"""
    (?P<nothing> [\s,\ufeff]+ | \#[^\n\r]* )
  | (?P<name> [_A-Za-z][_0-9A-Za-z]* )
  | (?P<literal> "(?:[^"\\\n\r]|\\.)*"(?!") | -?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)? )
  | (?P<sign> \.\.\. | [!$&():=@\[\]{|}] )
    """,
    re.VERBOSE,
)
CONSTANTS = {"true": True, "false": False, "null": None}


class QueryError(Exception):
    """The document is none, or asks for what is not there; says what."""


class Variable(NamedTuple):
    """Where a variable's value goes."""

    name: str


class Field(NamedTuple):
    key: str
    name: str
    arguments: dict
    directives: dict
    selections: list


class Fragment(NamedTuple):
    """What stands behind three dots: by its name, or itself."""

    name: str | None
    on: str | None
    directives: dict
    selections: list


Selection = Union[Field, Fragment]


class Reader:
    """Reads a document, from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise QueryError(f"what stands at {at} is not understood")
            at = found.end()
            if found.lastgroup != "nothing":
                self._tokens.append((found.lastgroup, found.group()))
        self._tokens.append(("end", "its end"))
        self._at = 0

    def document(self) -> tuple[list, dict]:
        """Its operations as (name, defaults of variables, selections), and its fragments by name."""
        operations, fragments = [], {}
        while self._kind != "end":
            if self._next == "{":
                operations.append((None, {}, self._selections()))
            elif self._takes("query"):
                name = self._name() if self._kind == "name" else None
                defaults = self._variables() if self._next == "(" else {}
                operations.append((name, defaults, self._selections()))
            elif self._takes("fragment"):
                name = self._name()
                self._expect("on")
                fragments[name] = Fragment(name, self._name(), {}, self._selections())
            else:
                raise QueryError(f"there are queries and fragments here, not {self._next}")
        return operations, fragments

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _next(self) -> str:
        return self._tokens[self._at][1]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _takes(self, text: str) -> bool:
        if self._next != text:
            return False
        self._at += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise QueryError(f"{text} was expected, and there is {self._next}")

    def _name(self) -> str:
        if self._kind != "name":
            raise QueryError(f"a name was expected, and there is {self._next}")
        return self._take()

    def _selections(self) -> list[Selection]:
        self._expect("{")
        selections = [self._selection()]
        while not self._takes("}"):
            selections.append(self._selection())
        return selections

    def _selection(self) -> Selection:
        if not self._takes("..."):
            key = self._name()
            name = self._name() if self._takes(":") else key
            arguments, directives = self._arguments(), self._directives()
            return Field(key, name, arguments, directives, self._selections() if self._next == "{" else [])
        if self._kind == "name" and self._next != "on":
            return Fragment(self._name(), None, self._directives(), [])
        on = self._name() if self._takes("on") else None
        return Fragment(None, on, self._directives(), self._selections())

    def _arguments(self) -> dict:
        return self._pairs(")") if self._takes("(") else {}

    def _directives(self) -> dict:
        directives = {}
        while self._takes("@"):
            name = self._name()
            if name not in ("include", "skip"):
                raise QueryError(f"@{name} is not understood")
            directives[name] = self._arguments().get("if")
        return directives

    def _pairs(self, end: str) -> dict:
        pairs = {}
        while not self._takes(end):
            name = self._name()
            self._expect(":")
            pairs[name] = self._value()
        return pairs

    def _value(self) -> Any:
        if self._kind == "literal":
            try:
                return json.loads(self._take(), strict=False)
            except ValueError as error:
                raise QueryError(f"a value is not understood: {error}") from error
        if self._kind == "name":
            word = self._take()
            return CONSTANTS.get(word, word)
        if self._takes("$"):
            return Variable(self._name())
        if self._takes("{"):
            return self._pairs("}")
        self._expect("[")
        items = []
        while not self._takes("]"):
            items.append(self._value())
        return items

    def _variables(self) -> dict:
        """Their defaults. Their types are the gateway's business: it has looked at them."""
        self._expect("(")
        defaults = {}
        while not self._takes(")"):
            self._expect("$")
            name = self._name()
            self._expect(":")
            self._type()
            if self._takes("="):
                defaults[name] = self._value()
        return defaults

    def _type(self) -> None:
        if self._takes("["):
            self._type()
            self._expect("]")
        else:
            self._name()
        self._takes("!")
