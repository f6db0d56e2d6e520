"""Photos of incidents: re-encoded, kept in the data folder under names of ours, shown in scope."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Conflict, NotFound
from gisgrid.io.photos import clean_photo
from gisgrid.services.plan_access import account_of
from gisgrid.storage import incidents, reporting
from gisgrid.storage.engine import SYSTEM, As, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST = 6
_NAME = re.compile(r"[0-9a-f]{40}\Z")


def add_photo(
    engine: Engine, actor: As, folder: Path, incident_id: int, given: bytes
) -> dict[str, Any]:
    """Keep a photo of an incident; the same file sent again is the same photo.

    Parameters
    ----------
    actor
        Sees the incident, or reported it.
    folder
        Where photos are kept: ``<folder>/<2 letters>/<name>.jpg``.

    Raises
    ------
    NotFound
        There is no such incident for the actor.
    Conflict
        ``photos_full``: it has six already.
    TooLarge, UnreadableFile
        See `gisgrid.io.photos.clean_photo`.
    """
    _require_seen(engine, actor, incident_id)
    cleaned = clean_photo(given)
    name = _name(incident_id, given)
    with transaction(engine, SYSTEM) as conn:
        held = reporting.count_photos(conn, incident_id)
        if reporting.photo(conn, name) is None:
            if held >= MOST:
                raise Conflict("there are six photos already", code="photos_full", most=MOST)
            reporting.add_photo(
                conn,
                incident_id=incident_id,
                name=name,
                width=cleaned.width,
                height=cleaned.height,
                bytes=len(cleaned.jpeg),
                account_id=account_of(actor),
            )
        _write(_file(folder, name), cleaned.jpeg)
    return {"name": name, "width": cleaned.width, "height": cleaned.height}


def list_photos(engine: Engine, actor: As, incident_id: int) -> list[dict[str, Any]]:
    """The photos of an incident in scope, oldest first."""
    _require_seen(engine, actor, incident_id)
    with transaction(engine, SYSTEM) as conn:
        rows = reporting.photos(conn, incident_id)
    names = ("name", "width", "height", "private")
    return [{name: getattr(row, name) for name in names} for row in rows]


def photo_file(engine: Engine, actor: As, folder: Path, name: str) -> Path:
    """Where a photo lies that the actor may see; NotFound for any other."""
    with transaction(engine, SYSTEM) as conn:
        row = reporting.photo(conn, name) if _NAME.match(name) else None
    if row is None:
        raise NotFound("there is no such photo")
    _require_seen(engine, actor, row.incident_id)
    return _existing(folder, name)


def public_photo_file(engine: Engine, folder: Path, name: str) -> Path:
    """Where a photo lies that everybody may see; NotFound for any other."""
    with transaction(engine, SYSTEM) as conn:
        if not _NAME.match(name) or not reporting.public_photo(conn, name):
            raise NotFound("there is no such photo", code="no_request")
    return _existing(folder, name)


def set_photo_private(engine: Engine, actor: As, name: str, *, private: bool) -> None:
    """Keep a photo for the district's own eyes, or show it again; NotFound out of scope."""
    with transaction(engine, SYSTEM) as conn:
        row = reporting.photo(conn, name) if _NAME.match(name) else None
    if row is None:
        raise NotFound("there is no such photo")
    _require_seen(engine, actor, row.incident_id)
    with transaction(engine, SYSTEM) as conn:
        reporting.set_private(conn, name, private=private)


def _require_seen(engine: Engine, actor: As, incident_id: int) -> None:
    """Who sees the incident, or reported it, may do this."""
    with transaction(engine, actor) as conn:
        if incidents.one(conn, incident_id) is not None:
            return
    with transaction(engine, SYSTEM) as conn:
        row = incidents.one(conn, incident_id)
    if row is None or account_of(actor) is None or row.reporter != account_of(actor):
        raise NotFound(f"there is no incident {incident_id}")


def _name(incident_id: int, given: bytes) -> str:
    """A name that says nothing, and is the same for the same file of the same incident."""
    salt = f"incident:{incident_id}:".encode()
    return hashlib.blake2b(salt + hashlib.sha256(given).digest(), digest_size=20).hexdigest()


def _file(folder: Path, name: str) -> Path:
    return folder / name[:2] / f"{name}.jpg"


def _existing(folder: Path, name: str) -> Path:
    file = _file(folder, name)
    if not file.is_file():
        raise NotFound("there is no such photo")
    return file


def _write(file: Path, jpeg: bytes) -> None:
    """Write whole or not at all, for the owner only."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.new")
    draft.write_bytes(jpeg)
    draft.replace(file)
