"""Reads from the source which statements the kernel takes by name, outside those that are values."""

import ast
from collections.abc import Iterator
from pathlib import Path

import registry

ROOT = Path(registry.__file__).parent


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


def _literal(node: ast.AST, names: dict[str, str]) -> tuple[str, str] | None:
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        and isinstance(node.slice, ast.Constant)
    ):
        return names[node.value.id], str(node.slice.value)
    return None
