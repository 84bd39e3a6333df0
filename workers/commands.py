"""How a set of commands looks, whoever has them."""

import typer


def commands() -> typer.Typer:
    """In plain text, without what it would install into a shell, and with Python's own traces."""
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
