"""Options that several commands share, so that each is called and explained alike everywhere."""

from typing import Annotated, Literal

from cyclopts import Parameter

Json = Annotated[bool, Parameter(name="--json", negative="", help="print JSON, for programs")]
Language = Annotated[Literal["zh", "en"], Parameter(name="--lang", help="language of what people read")]
Kafka = Annotated[str | None, Parameter(name="--kafka", help="bootstrap servers; XUNCHA_KAFKA if left out")]
To = Annotated[
    str | None,
    Parameter(name="--to", help="where events go: an intake's URL, or `kafka`; else as `xuncha publish` says"),
]


def flag(explained: str, name: str | None = None) -> Parameter:
    """A switch without its opposite."""
    return Parameter(name=name, negative="", help=explained)
