"""The demonstration: a real quarter of a real city, reconstructed from its bulletin.

Each folder here is one: `registry.yaml` (who answers for what), `story.yaml` (what the bulletin states),
`ordinary.yaml` (how everybody else behaves), `expected.yaml` (what the bulletin found) and a `README.md` that says what
is stated, what is assumed and what is filler.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel

from observers.demo.habits import Ordinary
from observers.demo.plan import Story
from observers.demo.reconstruct import Stamped, reconstruct
from observers.registry import read_registry
from rules.calendar import load_calendar
from schemas.control import CheckpointData
from schemas.instants import to_datetime
from schemas.registry import Registry

__all__ = [
    "Stamped",
    "demo_checkpoint",
    "demo_default",
    "demo_events",
    "demo_registry",
    "demo_size",
    "demo_stamped",
    "demo_story",
]

S = TypeVar("S", bound=BaseModel)


def demo_default() -> str:
    """The name of the demonstration that is shown when nobody names one."""
    return str(_yaml(files("observers.demo").joinpath("demo.yaml"))["default"])


@cache
def demo_registry(name: str = "") -> Registry:
    """Its registry."""
    with as_file(_folder(name).joinpath("registry.yaml")) as path:
        return read_registry(path)


def demo_checkpoint(name: str = "") -> CheckpointData:
    """Its checkpoint: period, start and the instant from which the bulletin looks back."""
    period = demo_story(name).period
    return CheckpointData(period=period.name, starts=to_datetime(period.starts), at=to_datetime(period.ends))


def demo_size(name: str = "") -> int:
    """How many events there are, for a progress bar."""
    return int(_yaml(_folder(name).joinpath("expected.yaml"))["events"])


def demo_events(name: str = "") -> Iterator[dict[str, Any]]:
    """The registry's events and all observations, in the order in which they could be known."""
    return (one.event for one in demo_stamped(name))


def demo_stamped(name: str = "") -> Iterator[Stamped]:
    """As `demo_events`, each with the instant (ms UTC) at which it could be known."""
    name = name or demo_default()
    ordinary = _shaped(name, "ordinary.yaml", Ordinary)
    return reconstruct(name, demo_registry(name), demo_story(name), ordinary, load_calendar())


def demo_story(name: str = "") -> Story:
    """What the bulletin states, and what was assumed."""
    return _shaped(name, "story.yaml", Story)


def _shaped(name: str, file: str, shape: type[S]) -> S:
    return shape.model_validate(_yaml(_folder(name).joinpath(file)))


def _folder(name: str) -> Traversable:
    return files("observers.demo").joinpath(name or demo_default())


def _yaml(file: Traversable) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))
