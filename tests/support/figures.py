"""`python -m tests.support.figures`: what our processes tell at /metrics, as JSON, name to labels.

In a process of its own, so that only what they import counts, and not what a test does.
"""

import json
from importlib import import_module

from prometheus_client import REGISTRY

from workers.__main__ import PROCESSES


def figures() -> dict[str, list[str]]:
    """Of everything that the API and the workers import."""
    for module in ("api.app", *(f"workers.{name}" for name in PROCESSES)):
        import_module(module)
    told: dict[str, list[str]] = {}
    # What has no labelled value yet tells no names of labels in public.
    for collector, names in REGISTRY._collector_to_names.items():  # noqa: SLF001
        labels = getattr(collector, "_labelnames", ())
        told |= {name: [*labels, *_of_a_bucket(name)] for name in names}
    return told


def _of_a_bucket(name: str) -> list[str]:
    """A histogram's own."""
    return ["le"] if name.endswith("_bucket") else []


if __name__ == "__main__":
    print(json.dumps(figures()))  # noqa: T201
