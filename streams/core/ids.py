"""Ids that are the same wherever and whenever the same thing is found: hashes of what they name, never random."""

import hashlib

#: Hexadecimal digits: 96 bits, enough for 10^12 ids with a chance of collision below 10^-4.
DIGITS = 24


def digest(*parts: object) -> str:
    """A short SHA-256 over the parts; the unit separator keeps ("a", "bc") and ("ab", "c") apart."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:DIGITS]


def episode_id(pack: str, rule: str, subject: str, start: int) -> str:
    """The id of an episode (DESIGN §5): pack, rule, subject and the instant at which compliance ended."""
    return digest("episode", pack, rule, subject, start)


def transition_id(episode: str, sequence: int, change: str) -> str:
    """The id of a transition: which step of which episode."""
    return digest("transition", episode, sequence, change)
