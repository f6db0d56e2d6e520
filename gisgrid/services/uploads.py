"""Files that wait in the browser's stead: kept under names of ours until they are imported."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from gisgrid.errors import InvalidInput, NotFound, TooLarge
from gisgrid.io.incoming.choices import Choices, choices_of
from gisgrid.io.incoming.fields import KINDS
from gisgrid.io.incoming.zips import COMPANIONS
from gisgrid.model.people import Actor
from gisgrid.services.import_file import (
    ForeignFile,
    import_file,
    preview_file,
    require_whole_district,
)
from gisgrid.services.jobs import start_job
from gisgrid.services.reading_turns import turn
from gisgrid.services.run_jobs import Progress
from gisgrid.storage import incoming
from gisgrid.storage.engine import SYSTEM, Engine, transaction

LARGEST = 1024 * 1024 * 1024
PIECE = 1024 * 1024
MOST_PARTS = 8
AT_ONCE_BYTES = 4 * 1024 * 1024
"""A file up to this size is imported while its owner waits; a larger one by a job."""
KEPT_HOURS, KEPT_EACH = 24, 10


@contextmanager
def sending(engine: Engine, actor: Actor) -> Iterator[None]:
    """Take a file from its owner: nothing of it is read before this is entered.

    Raises
    ------
    Forbidden
        The actor does not plan the whole district.
    TooManyAttempts
        ``too_many_readings``: other files are being taken or read.
    """
    require_whole_district(engine, actor)
    with turn(actor.account_id):
        yield


def keep_upload(
    engine: Engine,
    actor: Actor,
    folder: Path,
    *,
    what: str,
    parts: Sequence[tuple[str, IO[bytes]]],
    mends: int | None = None,
) -> str:
    """Write an uploaded file (several: the parts of one Shapefile); its token.

    Older uploads of the account are thrown away: a day after, and beyond the latest ten.

    Raises
    ------
    InvalidInput
        ``bad_choice``, ``no_file``, or ``one_file``: several files that are no Shapefile.
    TooLarge
        ``upload_too_large``.
    Forbidden
        The actor does not plan the whole district.
    """
    require_whole_district(engine, actor)
    if what not in KINDS:
        raise InvalidInput(f"nothing is called {what}", code="bad_choice", name="what")
    _tidy(engine, actor, folder)
    named = _named(parts)
    token = secrets.token_urlsafe(18)
    place = folder / token
    place.mkdir(parents=True, mode=0o700)
    try:
        size = _write(place, named)
    except TooLarge:
        shutil.rmtree(place, ignore_errors=True)
        raise
    values = {
        "token": token,
        "account_id": actor.account_id,
        "what": what,
        "file_name": parts[_main(parts)][0][:200],
        "files": [str(place / name) for name, _ in named],
        "bytes": size,
        "mends": mends,
    }
    with transaction(engine, SYSTEM) as conn:
        incoming.keep_upload(conn, values)
    return token


def _main(parts: Sequence[tuple[str, IO[bytes]]]) -> int:
    """Which of several parts gives the file its name: the ``.shp``."""
    return next((i for i, (name, _) in enumerate(parts) if name.lower().endswith(".shp")), 0)


def _named(parts: Sequence[tuple[str, IO[bytes]]]) -> list[tuple[str, IO[bytes]]]:
    """The parts under names of ours; of the owner's names only a known ending is left."""
    if not parts or len(parts) > MOST_PARTS:
        raise InvalidInput("no file was sent in the field `file`", code="no_file")
    endings = [name.rsplit(".", 1)[-1].lower() for name, _ in parts]
    if len(parts) == 1:
        known = endings[0] if endings[0] in COMPANIONS else "bin"
        return [(f"file.{known}", parts[0][1])]
    kept = [(f"file.{e}", stream) for e, (_, stream) in zip(endings, parts, strict=True)
            if e in COMPANIONS]  # fmt: skip
    if "shp" not in endings or len({name for name, _ in kept}) < len(kept):
        raise InvalidInput("one file at a time", code="one_file")
    return kept


def _write(place: Path, parts: Sequence[tuple[str, IO[bytes]]]) -> int:
    size = 0
    for name, stream in parts:
        with (place / name).open("xb") as out:
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise TooLarge("too large", code="upload_too_large", megabytes=LARGEST // PIECE)
                out.write(piece)
    return size


def _tidy(engine: Engine, actor: Actor, folder: Path) -> None:
    with transaction(engine, SYSTEM) as conn:
        old = incoming.old_uploads(conn, actor.account_id, hours=KEPT_HOURS, most=KEPT_EACH - 1)
        for token in old:
            incoming.forget_upload(conn, token)
    for token in old:
        shutil.rmtree(folder / token, ignore_errors=True)


def preview_upload(
    engine: Engine, actor: Actor, token: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    """The preview of an upload with the choices made so far; see `import_file.preview_file`."""
    file = _found(engine, actor, token)
    with turn(actor.account_id):
        return {"token": token, **preview_file(engine, file, choices_of(told))}


def import_upload(
    engine: Engine, actor: Actor, token: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    """Import an upload, or begin to; the answer of `import_file`, or ``{"job": id}``."""
    file = _found(engine, actor, token)
    choices = choices_of(told)
    require_whole_district(engine, actor)
    if sum(path.stat().st_size for path in file.paths) > AT_ONCE_BYTES or file.what == "grids":
        payload = {"token": token, "choices": choices.told()}
        return {"job": start_job(engine, actor, "import", payload)}
    with turn(actor.account_id):
        return _carried_out(engine, actor, token, choices)


def import_job(
    engine: Engine, actor: Actor, payload: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """Import an upload as a job."""
    stages = {"read": 0, "store": 1}

    def say(stage: str, done: int, total: int | None) -> None:
        del total
        progress(stages.get(stage, 1) + done, 2, f"data.stage_{stage}")

    return _carried_out(engine, actor, payload["token"], choices_of(payload["choices"]), say)


def _carried_out(
    engine: Engine, actor: Actor, token: str, choices: Choices, say: Any = None
) -> dict[str, Any]:
    file = _found(engine, actor, token)
    told = import_file(engine, actor, file, choices, progress=say)
    drop_upload(engine, actor, token)
    return told


def drop_upload(engine: Engine, actor: Actor, token: str) -> None:
    """Throw an upload away."""
    file = _found(engine, actor, token)
    with transaction(engine, SYSTEM) as conn:
        incoming.forget_upload(conn, token)
    shutil.rmtree(file.paths[0].parent, ignore_errors=True)


def _found(engine: Engine, actor: Actor, token: str) -> ForeignFile:
    with transaction(engine, SYSTEM) as conn:
        row = incoming.find_upload(conn, token, actor.account_id)
    if row is None or not Path(row.files[0]).is_file():
        raise NotFound("the upload is gone; choose the file again", code="upload_gone")
    return ForeignFile(row.what, tuple(map(Path, row.files)), row.file_name, row.mends)
