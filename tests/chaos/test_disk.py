"""A disk that is full takes nothing, and one that is freed takes something again."""

import errno
from pathlib import Path

import pytest

from tests.chaos.disk import disk, may_mount


@pytest.mark.skipif(not may_mount(), reason="may not mount a file system")
def test_full_and_free(tmp_path: Path) -> None:
    """To the last byte, for files that are there too; and afterwards nothing of it is left."""
    with disk(tmp_path / "data") as room:
        assert room is not None
        there = tmp_path / "data" / "there"
        there.write_bytes(b"1")
        room.fill()
        with pytest.raises(OSError) as caught, there.open("ab") as file:
            file.write(b"2" * 10_000)
        assert caught.value.errno == errno.ENOSPC
        room.free()
        there.write_bytes(b"3" * 10_000)
    assert list((tmp_path / "data").iterdir()) == []
