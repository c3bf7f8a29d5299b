"""Collects what is wrong with a pack, so that its editor sees every fault at once."""

from dataclasses import dataclass, field

from schemas.errors import PackError


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong, each as `file: key: what; what to do`."""

    said: list[str] = field(default_factory=list)

    def add(self, file: str, key: str, what: str) -> None:
        """Note one fault."""
        self.said.append(f"{file}: {key}: {what}")

    def raise_any(self) -> None:
        """Raise PackError with all faults, if there is one."""
        if self.said:
            raise PackError("\n".join(self.said))
