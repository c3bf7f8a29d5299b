"""`python -m tests.compiled.saying`: fold the demonstration's quarter and print what was said of it, as a digest.

Transitions and state records both go into it, to the last byte; and which file it was that folded.
"""

import hashlib
import json

import msgspec

from observers.demo import demo_events
from rules.calendar import load_calendar
from rules.loader import load_pack
from schemas.observations import ONE
from streams.core import fold
from streams.core.law import Law
from streams.log.shard import Outcome, Shard

#: So many observations are a batch, after which state is written.
BATCH = 500


def main() -> None:
    """Fold and print."""
    shard, found = Shard(Law(load_pack("cn-2019"), load_calendar())), hashlib.sha256()
    outcome, transitions, records = Outcome(), 0, 0
    for number, event in enumerate(demo_events(), 1):
        shard.observe(ONE.validate_python(event), None, outcome)
        if number % BATCH == 0:
            said, states = outcome.effects.transitions, shard.states(outcome)
            found.update(msgspec.msgpack.encode([said, states]))
            transitions, records, outcome = transitions + len(said), records + len(states), Outcome()
    told = {"transitions": transitions, "records": records, "digest": found.hexdigest()}
    print(json.dumps({"folded_by": fold.__file__, **told}))  # noqa: T201  # the caller reads it


if __name__ == "__main__":
    main()
