"""A contract for import-linter: no circle of files anywhere, imports for type checking and inside functions counted."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class NoImportCircles(Contract):
    """No file reaches itself through what it imports; a folder's ``__init__`` is a file like any other."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find for each circle a shortest way round it."""
        imports = {module: sorted(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)}
        found = circles(imports)
        return ContractCheck(kept=not found, metadata={"circles": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the circles."""
        for circle in check.metadata["circles"]:
            output.print_error(" -> ".join(circle))


def circles(imports: dict[str, list[str]]) -> list[list[str]]:
    """A shortest way round for each set of modules that reach one another; its first module is also its last.

    Examples
    --------
    >>> circles({"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": []})
    [['b', 'c', 'b']]
    """
    ways = {module: _ways(module, imports) for module in imports}
    found: list[list[str]] = []
    shown: set[str] = set()
    for module in imports:
        if module in ways[module] and module not in shown:
            found.append(ways[module][module])
            shown.update(name for name in ways[module] if module in ways[name])
    return found


def _ways(module: str, imports: dict[str, list[str]]) -> dict[str, list[str]]:
    """A shortest way to each module that this one reaches."""
    ways = {name: [module, name] for name in imports[module]}
    waiting = list(ways)
    for last in waiting:
        for name in imports[last]:
            if name not in ways:
                ways[name] = [*ways[last], name]
                waiting.append(name)
    return ways
