"""Text of others in Markdown of ours: a name must not become a heading, a table's edge or a tag."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")
_SPACE: Final = re.compile(r"\s+")
_TICKS: Final = re.compile(r"`+")


def plain(text: str) -> str:
    """Text that reads as it is, on one line, in a paragraph and in a table's cell."""
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text).strip())


def code(text: str) -> str:
    """An id as code; a table's cell needs its bars escaped even there."""
    shown = _SPACE.sub(" ", text).strip().replace("|", r"\|")
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
