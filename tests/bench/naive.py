"""Faust as its documentation teaches it: a JSON model, one agent, one table write an event, at least once.

It remembers when each subject was last seen, which is the least that a watcher of silence has to do; it judges nothing.
"""

import os
from typing import Any

import faust

TOPIC = "naive-{form}.observations"
CHANGELOG = "naive-{form}-last_seen-changelog"
BATCHES = "batches"


class Observation(faust.Record, serializer="json"):  # as the documentation writes it
    """An observation."""

    id: str
    source: str
    type: str
    subject: str
    time: str


def make_app(bootstrap: str, partitions: int, form: str) -> faust.App:
    """The program; in the form of batches a record holds a JSON array of observations."""
    app = faust.App(
        f"naive-{form}",
        broker=f"kafka://{bootstrap}",
        topic_partitions=partitions,
        store="memory://",
        web_enabled=False,
    )
    batches = form == BATCHES
    topic = app.topic(TOPIC.format(form=form), value_type=None if batches else Observation, value_serializer="json")
    last_seen = app.Table("last_seen", default=str, partitions=partitions)

    async def observe(observations: Any) -> None:
        async for observation in observations:
            last_seen[observation.subject] = observation.time

    async def observe_batches(records: Any) -> None:
        async for record in records:
            for plain in record:
                observation = Observation.from_data(plain)
                last_seen[observation.subject] = observation.time

    app.agent(topic, name="observe")(observe_batches if batches else observe)
    return app


if __name__ == "__main__":
    made = make_app(os.environ["NAIVE_KAFKA"], int(os.environ["NAIVE_PARTITIONS"]), os.environ["NAIVE_FORM"])
    faust.Worker(made, loglevel="WARNING").execute_from_commandline()
