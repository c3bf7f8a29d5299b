"""One `xuncha up` that the tests of this folder share where they can: each has units and subjects of its own."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.e2e.living import SECRET, SECRET_NAME
from tests.support.stack import Up, running_up


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A running installation without any demonstration; it is there when the test begins."""
    with running_up(tmp_path_factory.mktemp("up") / "data", env={SECRET_NAME: SECRET}) as made:
        asyncio.run(made.ready())
        yield made
