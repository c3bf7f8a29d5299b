"""The page of the topics."""

from console.asyncapi import CHANNELS
from console.reference.contracts import contracts
from console.reference.markdown import code, page, table
from streams.log.order import HEADER
from streams.topics import Name, Topics

_INTRODUCTION = """\
Xuncha creates its topics itself before a worker starts. Names begin with XUNCHA_PREFIX (`xuncha`); XUNCHA_PARTITIONS is
fixed at creation, since keys can't move to other partitions later. Anybody may read all of them; only `observations` is
meant to be written by others, under the owner's key, placed by murmur2 as Kafka's own clients do. The AsyncAPI document
is [asyncapi.yaml](asyncapi.yaml)."""

_ORDER = f"""\
Each record of `aggregates`, `alerts`, `deliveries` and `registry` says in its header `{HEADER}` how it stands to the
others of its key: decimal numbers with dots between, compared one after the other; the greatest is the newest. What a
worker sent before others replaced it may come late, and stand last until Xuncha has said the newer record again,
unchanged. Whoever can't wait for that passes over what is less than he knows. Records of `holdings`, `standings` and
`areas` say theirs too, for those who fold them."""

_LETTERS = """\
The value of a dead letter is the refused bytes, whatever they are. Its header `xuncha` is JSON: id, reason, error,
topic, partition, offset, key, the index in a batch, the size, whether the event was kept all the same, and when.
`xuncha deadletter` reads and sends them again."""


def topics_page() -> str:
    """The page."""
    topics = Topics()
    specs = {spec.name: spec for spec in topics.specs()}
    rows = []
    for name in Name:
        spec, channel = specs[topics.of(name)], CHANNELS[name]
        config = ", ".join(f"{key}={value}" for key, value in sorted(spec.config.items()))
        rows.append((code(name), channel.summary, channel.key, _contracts(channel.messages), spec.partitions, config))
    columns = ("topic", "what is in it", "key", "records", "partitions", "configuration")
    return page("Topics", _INTRODUCTION, table(columns, rows), "## Order", _ORDER, "## Dead letters", _LETTERS)


def _contracts(messages: tuple[str, ...]) -> str:
    known = contracts()
    return ", ".join(f"[{one}]({known[one].file})" if one in known else one for one in messages)
