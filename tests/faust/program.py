"""A Faust program as a process of its own: `python -m tests.faust.program KIND BOOTSTRAP TOPIC GROUP [refuse]`.

KIND is `naive` or `guarded`.

Prints each value that it handles. With `refuse` its handler fails on the value `bad`.
"""

import sys
from typing import Any

import faust

from agents.context import end_worker
from agents.keep import add_agent
from streams.app import make_app
from streams.log.source import Message
from streams.settings import Settings


def handle(value: bytes, *, refuse: bool) -> None:
    """Print a value, or fail."""
    if refuse and value == b"bad":
        raise ValueError("bad")
    sys.stdout.write(f"handled {value.decode()}\n")
    sys.stdout.flush()


def naive(bootstrap: str, topic: str, group: str, *, refuse: bool) -> faust.App:
    """As the tutorial has it."""
    app = faust.App(
        group, broker=f"kafka://{bootstrap}", web_enabled=False, broker_commit_interval=0.2, topic_disable_leader=True,
        topic_allow_declare=False, consumer_auto_offset_reset="earliest", worker_redirect_stdouts=False,
    )  # fmt: skip

    @app.agent(app.topic(topic, value_type=bytes, value_serializer="raw"))
    async def agent(stream: Any) -> None:
        async for value in stream:
            handle(value, refuse=refuse)

    return app


def guarded(bootstrap: str, topic: str, group: str, *, refuse: bool) -> faust.App:
    """With our app and our agent."""
    app = make_app(Settings(kafka=bootstrap, group=group, session_seconds=6.0))

    async def each(messages: list[Message]) -> None:
        for message in messages:
            handle(message.value or b"", refuse=refuse)

    add_agent(app, "each", topic, each, end_worker)
    return app


def main(kind: str, bootstrap: str, topic: str, group: str, *rest: str) -> None:
    """Run until stopped."""
    make = {"naive": naive, "guarded": guarded}[kind]
    app = make(bootstrap, topic, group, refuse="refuse" in rest)
    worker = faust.Worker(app, loglevel="CRITICAL", quiet=True)
    worker.spinner = None  # it writes into the first line
    worker.execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])
