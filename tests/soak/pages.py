"""What a run has to say, as a page of docs/soak."""

from collections.abc import Mapping, Sequence
from pathlib import Path


def table(heads: tuple[str, str], rows: Mapping[str, object]) -> str:
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(["| {} | {} |".format(*heads), "|---|---:|", *lines])


def listed(complaints: Sequence[str]) -> str:
    return "\n".join(f"- {complaint}" for complaint in complaints) or "None."


def write(path: Path, *, title: str, parts: Sequence[str]) -> str:
    """Returns the page."""
    page = "\n\n".join([f"# {title}", *parts]) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page)
    return page
