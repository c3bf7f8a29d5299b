"""The demonstration as files: what the stream is fed, for a replay without a broker."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from observers.demo import demo_events, demo_registry
from schemas.errors import OperationError


def write_demo(out: Path) -> Iterator[str]:
    """Write quarter.jsonl and registry.yaml; yields what was written.

    Raises:
        OperationError: the folder can't be written.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / "quarter.jsonl").open("wb") as file:
            count = sum(1 for event in demo_events() if file.write(orjson.dumps(event) + b"\n"))
        yield f"{out / 'quarter.jsonl'}: {count:,} events"
        registry = demo_registry().model_dump_json(exclude_defaults=True, indent=1)
        (out / "registry.yaml").write_text(registry + "\n", encoding="utf-8")  # JSON is YAML
        yield f"{out / 'registry.yaml'}: {len(demo_registry().units)} units"
    except OSError as error:
        raise OperationError(f"{out}: {error.strerror}; give a folder that can be written") from error
