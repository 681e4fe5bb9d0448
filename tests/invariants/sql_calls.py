"""Reads from the source which statement each call of transactions.* runs, with which Row and how many
arguments."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

import registry

ROOT = Path(registry.__file__).parent
WITH_ROW = {"one", "maybe", "many"}
WITH_KIND = {"value"}
PLAIN = {"run"}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call: where, which statement (None if not a literal Q["name"]), its Row or kind, its arguments."""

    where: str
    function: str
    feature: str | None
    statement: str | None
    row: Any
    arguments: int | None


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package with its syntax tree."""
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT.parent)
        yield ".".join(relative.with_suffix("").parts), ast.parse(path.read_text("utf-8"))


def loaded(tree: ast.Module) -> dict[str, str]:
    """The names bound to sql.queries("feature") in a module."""
    found = {}
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func).endswith("queries")
            and isinstance(node.targets[0], ast.Name)
            and node.value.args
            and isinstance(node.value.args[0], ast.Constant)
        ):
            found[node.targets[0].id] = str(node.value.args[0].value)
    return found


def used(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(feature, statement) of every literal Q["name"] in a module."""
    names = loaded(tree)
    for node in ast.walk(tree):
        found = _literal(node, names)
        if found is not None:
            yield found


def calls(module: str, tree: ast.Module) -> Iterator[Call]:
    """Every call of transactions.one, maybe, many, value and run in a module."""
    names = loaded(tree)
    space: dict[str, Any] | None = None
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        function = node.func.attr
        if ast.unparse(node.func.value) != "transactions" or function not in WITH_ROW | WITH_KIND | PLAIN:
            continue
        first = 1 if function in PLAIN else 2
        found = _literal(node.args[first], names) if len(node.args) > first else None
        if space is None:
            space = vars(importlib.import_module(module))
        row = None if function in PLAIN else _evaluate(node.args[1], space)
        rest = node.args[first + 1 :]
        starred = any(isinstance(argument, ast.Starred) for argument in rest)
        yield Call(
            where=f"{module}:{node.lineno}",
            function=function,
            feature=found[0] if found else None,
            statement=found[1] if found else None,
            row=row,
            arguments=None if starred else len(rest),
        )


def _literal(node: ast.AST, names: dict[str, str]) -> tuple[str, str] | None:
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        and isinstance(node.slice, ast.Constant)
    ):
        return names[node.value.id], str(node.slice.value)
    return None


def _evaluate(node: ast.expr, space: dict[str, Any]) -> Any:
    try:
        return eval(ast.unparse(node), space)
    except NameError:
        return None
