"""Text from outside, made harmless for the Temporal UI, which renders Markdown and HTML."""

# What begins Markdown, a formula (`$`), a link that needs no brackets (`www.`), a variable of the
# UI, or a dash (`--`). Before any other character, as `@`, the UI would show the backslash.
_LIVE = "`*_{}[]()#+-!|~:.$"
_TAGS = str.maketrans({"<": "‹", ">": "›", "&": "＆"})


def escape(text: str) -> str:
    """Show `text` as the characters it is: no link, tag, entity or emphasis in it comes alive.

    Characters that nobody sees are left out: some turn around the text that follows them.
    """
    seen = "".join(each for each in " ".join(text.split()) if each.isprintable())
    escaped = seen.replace("\\", "\\\\")
    for character in _LIVE:
        escaped = escaped.replace(character, f"\\{character}")
    return escaped.translate(_TAGS)
