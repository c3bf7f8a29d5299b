"""Events in a file: each with the line on which it begins, however they are laid out."""

import pytest

from console.sending.entries import Entry, Unreadable, read_entries


@pytest.mark.parametrize(
    ("content", "events"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b'{"a":1}', [(1, b'{"a":1}')], id="one document"),
        pytest.param(b'{\n "a": 1\n}\n', [(1, b'{\n "a": 1\n}')], id="one document on several lines"),
        pytest.param(b'{"a":1}\r\n\r\n{"b":2}\r\n', [(1, b'{"a":1}'), (3, b'{"b":2}')], id="json lines of Windows"),
        pytest.param(b'[{"a":1},\n {"b":\n2}]', [(1, b'{"a":1}'), (2, b'{"b":\n2}')], id="an array"),
        pytest.param(b'[]\n[{"a":1}]\n', [(2, b'{"a":1}')], id="an array a line"),
        pytest.param(b'\xef\xbb\xbf{"a":"\xe4\xb8\xad"}', [(1, '{"a":"中"}'.encode())], id="with a byte order mark"),
    ],
)
def test_finds_each_event_and_its_line(content: bytes, events: list[tuple[int, bytes]]) -> None:
    """One document, JSON lines, arrays: the same events come out, byte for byte, each with its line."""
    assert list(read_entries(content)) == [Entry(*one) for one in events]


@pytest.mark.parametrize(
    ("content", "lines", "faults"),
    [
        pytest.param(b'{"a":1}\noops\n{"b":1}', [1, 3], [2], id="a bad line among good ones"),
        pytest.param(b'{"a":1}}\n{"b":1}', [1, 2], [1], id="one brace too many"),
        pytest.param(b'[{"a":1} {"b":2}]\n{"c":1}', [1, 2], [1], id="an array that lacks a comma"),
        pytest.param(b'[{"a":1},\n', [1], [2], id="an array that is cut off"),
        pytest.param(b"[" * 100_000, [], [1], id="nested without end"),
        pytest.param(b'{"a":1}\n\xff\n', [], [2], id="no UTF-8"),
    ],
)
def test_tells_what_is_no_json_and_goes_on(content: bytes, lines: list[int], faults: list[int]) -> None:
    """What can't be read is told with its line; what stands on other lines is read all the same."""
    found = list(read_entries(content))
    assert [one.line for one in found if isinstance(one, Entry)] == lines
    assert [one.line for one in found if isinstance(one, Unreadable)] == faults
