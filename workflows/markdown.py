"""Text from outside, made harmless for the Temporal UI, which renders Markdown and HTML."""

# What begins Markdown, a link that needs no brackets (`www.`, `a@b`), or a variable of the UI.
_LIVE = "`*_{}[]()#+!|~:.@"
_TAGS = str.maketrans({"<": "‹", ">": "›", "&": "＆"})


def escape(text: str) -> str:
    """Show `text` as the characters it is: no link, tag, entity or emphasis in it comes alive."""
    escaped = " ".join(text.split()).replace("\\", "\\\\")
    for character in _LIVE:
        escaped = escaped.replace(character, f"\\{character}")
    return escaped.translate(_TAGS)
