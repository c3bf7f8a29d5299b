"""Records as odd as anybody may send: sound events of every type, mended into something else, as bytes.

An event is a list of members, each a name and its JSON text, so that members may come twice and texts be no JSON.
"""

import json
from typing import Any

from hypothesis import strategies as st

from console.reference.kinds import example, models, type_of
from streams.log.quick import FREQUENT

Member = tuple[str, bytes]

MODELS: dict[str, Any] = {type_of(model): model for model in models()}
SUBJECTS = [
    "4207000001",
    "bm12000001",
    "4207000001/column/c1",
    "4207000001/message/m",
    "wechat:a",
    "observer:o",
    "unit:u",
]
_FITTING = {
    "column": SUBJECTS[2],
    "message": SUBJECTS[3],
    "account": "wechat:a",
    "observer": "observer:o",
    "unit": "unit:u",
}

_DAYS = ["2024-02-29", "2024-01-01", "1990-01-01", "1989-12-31", "2199-12-31", "2200-01-01", "2023-02-29", "0001-01-01"]
_CLOCKS = ["00:00:00", "23:59:59", "12:30:05", "23:59:60", "24:00:00", "12:60:00", "12:30", "1:02:03", "１2:00:00"]
_FRACTIONS = ["", "", "", ".5", ".123", ".999999", ".1234567", ".9999999", ".", ",5", ".1２3", ".-12", ".1e2"]
_OFFSETS = [
    "+08:00",
    "+08:00",
    "Z",
    "z",
    "-00:00",
    "+00:00",
    "+24:00",
    "+23:59",
    "-23:59",
    "+0800",
    "+08",
    "",
    " Z",
    "ZZ",
]
_MEANT = st.builds("{}T{}{}{}".format, *map(st.sampled_from, (_DAYS[:2], _CLOCKS[:3], _FRACTIONS[:6], _OFFSETS[:3])))
_ODD = st.builds(
    "{}{}{}{}{}".format, *map(st.sampled_from, (_DAYS, ["T", "t", " ", "_", ""], _CLOCKS, _FRACTIONS, _OFFSETS))
)
_TIMES = _MEANT | _ODD

#: What may stand where something else is awaited; some are no JSON.
_TOKENS = [
    b"null", b"true", b"false", b"0", b"-0", b"-0.0", b"1", b"200", b"200.0", b"2e2", b"2E+2", b"599", b"600", b"01",
    b"1.",
    b".5", b"+1", b"1e400", b"1e-400", b"3600.0000000000001", b"3600.1", b"0.1000000000000000055511151231257827",
    b"1000000000", b"1000000001", b"1704067200", b"1704067200000", b'"1704067200"', b"9" * 30, b"9" * 5000, b"NaN",
    b"Infinity", b"-Infinity", b'""', b'"1"', b'"1.0"', b'"true"', b'"a b"', b'"\\u0000"', b'"\\ud800"',
    b'"\\ud83d\\ude00"',
    b'"\\udc00\\ud83d"', b'"\x01"', b'"\n"', b'"\x7f"', b'"\xff"', b'"\xed\xa0\x80"', b'"\\x"', b'"\\u00e9"',
    '"é\u2028"'.encode(),
    b"[]", b"{}", b'["a"]', b"[1,]", b'{"latest":null}', b"[" * 150 + b"]" * 150, b"[" * 198 + b"]" * 198,
    b"[" * 250 + b"]" * 250, b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 3000, b"tru", b"", b'"', b"{",
    b'"' + b"x" * 200 + b'"', b'"' + b"x" * 201 + b'"', b'"' + b"x" * 301 + b'"', '"{}"'.format("é" * 200).encode(),
]  # fmt: skip
_TEXTS = st.text(max_size=12)
_TEXTS_AS_JSON = _TEXTS.map(
    lambda text: json.dumps(text, ensure_ascii=len(text) % 2 == 0).encode("utf-8", "surrogatepass")
)
_ANY = st.sampled_from(_TOKENS) | _TIMES.map(lambda text: json.dumps(text).encode()) | _TEXTS_AS_JSON

_NUMBERS = (st.floats(0, 3600) | st.integers(0, 700)).map(lambda number: repr(number).encode())

#: Names of others, and those that the quick reader uses for itself.
_NAMES = [
    "datacontenttype", "traceparent", "partitionkey", "owner", "at", "seen", "time_text", "observedtime_text",
    "moments",
    "contract", "x", "", "latest", "repost", "id", "type", "data", "dataschema", "specversion", "time", "observedtime",
]  # fmt: skip


@st.composite
def _sound(draw: st.DrawFn) -> tuple[list[Member], list[Member]]:
    """An event that mostly is sound: its envelope without `data`, and its data."""
    kind = draw(st.sampled_from(FREQUENT) | st.sampled_from(sorted(MODELS)))
    when = _TIMES if draw(st.integers(0, 5)) == 0 else _MEANT
    usual = _FITTING.get(kind.partition(".")[0], SUBJECTS[0])
    plain = {
        "specversion": "1.0", "id": draw(st.sampled_from(["e1", "e2", "é"])), "source": "//laws", "type": kind,
        "subject": draw(st.sampled_from([usual, usual, usual, *SUBJECTS])), "time": draw(when),
    }  # fmt: skip
    if draw(st.booleans()):
        plain["observedtime"] = draw(when)
    if draw(st.booleans()):
        plain["dataschema"] = "urn:xuncha:observation:1"
    data = _as_members(example(kind).get("data", {}))
    more = sorted(MODELS[kind].model_fields["data"].annotation.model_fields)
    if draw(st.booleans()) and more:
        data = [*data, (draw(st.sampled_from(more)), draw(_NUMBERS | _ANY))]
    return _as_members(plain), data


def _as_members(plain: dict[str, Any]) -> list[Member]:
    return [(name, json.dumps(value).encode()) for name, value in plain.items()]


def _mended(draw: st.DrawFn, members: list[Member]) -> list[Member]:
    """Members after something was done to them."""
    members = list(members)
    place = draw(st.integers(0, max(0, len(members) - 1)))
    done = draw(st.sampled_from(["drop", "change", "add", "twice", "move"]))
    if done == "add" or not members:
        members.insert(place, (draw(st.sampled_from(_NAMES)), draw(_ANY)))
    elif done == "drop":
        del members[place]
    elif done == "change":
        members[place] = (members[place][0], draw(_ANY))
    elif done == "twice":
        members.append((members[place][0], draw(st.just(members[place][1]) | _ANY)))
    else:
        members.append(members.pop(place))
    return members


def _object(members: list[Member], *, escaped: bool = False) -> bytes:
    names = [("".join(f"\\u{ord(one):04x}" for one in name) if escaped else name).encode() for name, _ in members]
    return b"{" + b",".join(b'"%s":%s' % (name, text) for name, (_, text) in zip(names, members, strict=True)) + b"}"


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """An event as JSON: as it should be, or nearly."""
    envelope, data = draw(_sound())
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        if draw(st.booleans()):
            envelope = _mended(draw, envelope)
        else:
            data = _mended(draw, data)
    whole = [*envelope, ("data", _object(data))]
    return _object(draw(st.permutations(whole)) if draw(st.booleans()) else whole, escaped=draw(st.integers(0, 9)) == 0)


def _damaged(draw: st.DrawFn, value: bytes) -> bytes:
    """Bytes cut, changed or put in between."""
    at = draw(st.integers(0, len(value)))
    upto = at + draw(st.sampled_from([0, 1, 1, 2, 50]))
    return (
        value[:at]
        + draw(st.binary(max_size=3) | st.sampled_from([b"\\", b'"', b",", b"}", b" ", b"e5", b"\xef"]))
        + value[upto:]
    )


@st.composite
def values(draw: st.DrawFn) -> bytes:
    """A record's value: an event, or an array of some, now and then damaged."""
    if draw(st.booleans()):
        value = draw(events())
    else:
        value = draw(st.sampled_from([b"[", b" [", b"\n["])) + b",".join(draw(st.lists(events(), max_size=5))) + b"]"
    return _damaged(draw, value) if draw(st.integers(0, 5)) == 0 else value
