"""What holds for every test: how Hypothesis searches. Fixtures live in tests/support and the folders' own."""

import os
import signal

from hypothesis import settings

# A deadline per example would measure the machine, not the law; pytest-timeout guards against a hang.
settings.register_profile("local", deadline=None)
# In CI the same examples each time: a red run must be repeatable, and the search for new ones is a person's choice.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable" if os.environ.get("CI") else "local")

# A shell lets what it starts in the background ignore Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.support.brokers"]
