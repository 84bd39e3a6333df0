"""The form encoding of Stripe's API: `metadata[order_id]=1&expand[0]=latest_charge`."""

from typing import Any
from urllib.parse import parse_qsl


def parse(encoded: str) -> dict[str, Any]:
    """Nested dicts of strings; an array is a dict whose keys are its places."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        _insert(tree, name.replace("]", "").split("["), value)
    return tree


def _insert(tree: dict[str, Any], path: list[str], value: str) -> None:
    *parents, last = path
    for parent in parents:
        child = tree.get(parent)
        if not isinstance(child, dict):
            child = tree[parent] = {}
        tree = child
    # `expand[]=a&expand[]=b`: each nameless element takes the next place.
    tree[last or str(len(tree))] = value
