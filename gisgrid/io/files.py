"""A file before it is read: is it there, what does it begin with, what to say when it is not."""

from __future__ import annotations

from pathlib import Path

from gisgrid.errors import UnreadableFile

_SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})


def first_bytes(path: Path, *, count: int = 512) -> bytes:
    """The first bytes of a file.

    Raises
    ------
    UnreadableFile
        If it is missing (``file_missing``) or empty (``file_empty``).
    """
    if not path.is_file():
        raise UnreadableFile(
            f"there is no file {path.name}; check the path", code="file_missing", file=path.name
        )
    with path.open("rb") as stream:
        head = stream.read(count)
    if not head:
        raise UnreadableFile(
            f"the file {path.name} is empty; fetch it again", code="file_empty", file=path.name
        )
    return head


def parts_of(path: Path) -> tuple[Path, ...]:
    """A file; of a loose Shapefile, all its parts that lie beside it."""
    if path.suffix.lower() != ".shp" or not path.is_file():
        return (path,)
    beside = (p for p in path.parent.iterdir() if p.stem == path.stem)
    return tuple(sorted(p for p in beside if p.suffix.lower() in _SHAPEFILE))


def truncated(path: Path) -> UnreadableFile:
    """The error for a file that ends too early or is damaged."""
    return UnreadableFile(
        f"the file {path.name} is damaged or ends too early; fetch it again",
        code="file_truncated",
        file=path.name,
    )
