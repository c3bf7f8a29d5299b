"""Where packs lie and how their files are read: the package's own folder, and folders of a city's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from rules.documents import IndicatorFile, OverrideDocument, PackDocument, RuleDocument
from rules.words import Group
from rules.yaml_file import read_yaml
from schemas.errors import PackError

PACK_FILE = "pack.yaml"


@dataclass(frozen=True, slots=True)
class Shelved:
    """One indicator's document, and where it stands: `file` is PACK/GROUP/ID.yaml."""

    file: str
    group: Group
    document: RuleDocument | OverrideDocument


@dataclass(frozen=True, slots=True)
class Shelf:
    """One pack as it lies on disk: its own file, and a document for each indicator."""

    file: str
    pack: PackDocument
    indicators: tuple[Shelved, ...]


def pack_folders(search: Sequence[Path] = ()) -> dict[str, Traversable]:
    """Every pack by id: those of this package, then those in the folders of `search`.

    Raises:
        PackError: an id is found twice, since neither pack could be meant for sure; or a folder isn't there.

    """
    found: dict[str, Traversable] = {}
    for folder in (each for shelf in (files("rules").joinpath("packs"), *search) for each in _folders(shelf)):
        if folder.name in found:
            raise PackError(f"{folder}: there is a pack {folder.name!r} already; give one of the two another id")
        found[folder.name] = folder
    return found


def read_shelf(folder: Traversable) -> Shelf:
    """Read `pack.yaml` and every GROUP/ID.yaml of a pack.

    Raises:
        PackError: it names the file and the key.

    """
    label = f"{folder.name}/{PACK_FILE}"
    pack = read_yaml(folder.joinpath(PACK_FILE), PackDocument, PackError)
    if pack.id != folder.name:
        raise PackError(f"{label}: id: is {pack.id!r} in a folder {folder.name!r}; make them equal")
    return Shelf(label, pack, tuple(_indicators(folder)))


def _folders(shelf: Traversable) -> list[Traversable]:
    if not shelf.is_dir():
        raise PackError(f"{shelf}: is no folder; name one that holds rule packs")
    return [entry for entry in _sorted(shelf) if entry.is_dir() and not entry.name.startswith((".", "__"))]


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name)


def _indicators(folder: Traversable) -> Iterator[Shelved]:
    for group_folder in _folders(folder):
        group = _group(folder.name, group_folder.name)
        for path in _sorted(group_folder):
            yield _indicator(path, f"{folder.name}/{group}/{path.name}", group)


def _group(pack_id: str, name: str) -> Group:
    try:
        return Group(name)
    except ValueError as error:
        raise PackError(f"{pack_id}/{name}: is no group; use one of {', '.join(Group)}") from error


def _indicator(path: Traversable, label: str, group: Group) -> Shelved:
    document = read_yaml(path, IndicatorFile, PackError).root
    if path.name != f"{document.id}.yaml":
        raise PackError(f"{label}: id: is {document.id!r}; call the file {document.id}.yaml")
    return Shelved(label, group, document)
