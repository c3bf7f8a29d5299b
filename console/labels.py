"""The words on the console's own pages (`labels.yaml`), in both languages."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from rules.words import Beyond, Kind, Severity, Standing, Window
from schemas.alerts import Bilingual
from schemas.deliveries import Outcome, Routing
from schemas.texts import Lang, text
from schemas.texts.catalogue import VOCABULARIES, pick

#: The vocabularies whose words stand in `labels.yaml`; the others' are in the product's catalogue of texts.
OWN: Final[tuple[type[StrEnum], ...]] = (Kind, Beyond, Window, Severity, Standing, Routing, Outcome)


class Labels(BaseModel):
    """The file's shape."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: Mapping[str, Bilingual]
    words: Mapping[str, Mapping[str, Bilingual]]


@cache
def labels() -> Labels:
    """The file, read once."""
    plain = yaml.safe_load(files("console").joinpath("labels.yaml").read_text(encoding="utf-8"))
    return Labels.model_validate(plain)


def label(name: str, lang: Lang, /, **pieces: str) -> str:
    """A label, its braces filled; KeyError where there is none."""
    return pick(labels().labels[name], lang).format(**pieces)


def word(member: StrEnum, lang: Lang) -> str:
    """A word of a closed vocabulary, from the product's catalogue or from here."""
    if type(member) in VOCABULARIES:
        return text(member, lang)
    return pick(labels().words[type(member).__name__][member.value], lang)
