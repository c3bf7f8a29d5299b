"""The one catalogue of texts (`texts.yaml`), zh-CN first, English second.

    text(State.BREACHED)               -> "不达标"
    text(State.BREACHED, Lang.EN)      -> "in breach"
    fill("basis", Lang.ZH, clause="…") -> "依据：…"

The catalogue lies in this package, is read once, and is checked whole when it is read: a vocabulary's member without
both texts is a fault of the catalogue, not of whoever asks for it.
"""

from schemas.texts.catalogue import Lang, both, catalogue, fill, text
from schemas.texts.numbers import amount, moment, percent

__all__ = ["Lang", "amount", "both", "catalogue", "fill", "moment", "percent", "text"]
