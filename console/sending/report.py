"""Saying what became of events that were handed in; the exit status that goes with it."""

from collections.abc import Sequence
from typing import Any, Final

from console.output import remark, write, write_json
from console.sending.publishing import Published
from observers.parcels import Rejected

#: So many faults are shown one by one; whoever has more mends these first, or asks for JSON.
SHOWN: Final = 50

DONE, SOME_REFUSED, NOTHING_SENT = 0, 1, 2


def tell(published: Published, label: str, *, left_out: Sequence[Rejected] = (), json: bool = False) -> int:
    """Print counts and what was refused; 0 if all was kept, 1 if something was not."""
    refused = [*left_out, *published.refused]
    if json:
        write_json(plain(published, refused))
    else:
        tell_faults(refused, label)
        whole = published.accepted + len(refused)
        write(f"{published.accepted} of {whole} events are kept ({published.to})")
    return SOME_REFUSED if refused else DONE


def tell_nothing_sent(rejected: Sequence[Rejected], label: str, read: int, *, json: bool) -> int:
    """Say that nothing was sent, and why: 2."""
    if json:
        write_json(plain(Published("nowhere"), rejected) | {"read": read})
    else:
        tell_faults(rejected, label)
        remark(
            f"xuncha: {len(rejected)} of {read} events are faulty and nothing was sent: mend them, or send the others "
            "with --skip-faulty"
        )
    return NOTHING_SENT


def tell_faults(rejected: Sequence[Rejected], label: str) -> None:
    """Each fault on a line, as compilers write them."""
    for one in rejected[:SHOWN]:
        remark(f"{label}:{one.place}: {one.reason}: {one.error}")
    if len(rejected) > SHOWN:
        remark(f"… and {len(rejected) - SHOWN} more; --json tells all")


def plain(published: Published, refused: Sequence[Rejected]) -> dict[str, Any]:
    """For programs: where events went, how many were read and kept, which were refused."""
    told = [{"line": one.place, "id": one.event_id, "reason": one.reason, "error": one.error} for one in refused]
    read = published.accepted + len(refused)
    return {"to": published.to, "read": read, "accepted": published.accepted, "refused": told}
