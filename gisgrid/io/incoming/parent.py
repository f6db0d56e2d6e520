"""Starting the process that reads a foreign file, waiting for it, and taking what it hands over."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gisgrid import errors
from gisgrid.errors import GisGridError, InvalidInput, TooLarge, UnreadableFile
from gisgrid.io.files import first_bytes
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.fields import KINDS
from gisgrid.io.incoming.ground import Ground, write_ground
from gisgrid.io.incoming.limits import Limits
from gisgrid.io.incoming.pieces import BEGIN, REJECTED, piece_at
from gisgrid.io.incoming.source import Facts
from gisgrid.io.incoming.zips import COMPANIONS

ROOT = Path(__file__).resolve().parents[3]
LARGEST_RESULT = 64 * 1024 * 1024
GRACE_S = 5
STEPS, LONGEST_STEPS = "steps", 12
TOLD_EVERY_S, MOMENT_S = 0.5, 0.02
_SKIPPED = (
    "PCIDSK PDS4 VICAR PDF MBTiles EEDA OGCAPI GDALG MapInfo_File LVBAG S57 DGN OGR_VRT CSV GML GPX"
    " LIBKML KML GeoJSON GeoJSONSeq ESRIJSON TopoJSON OGR_GMT GPKG SQLite WAsP OpenFileGDB DXF"
    " FlatGeobuf GeoRSS VFK PGDUMP OSM GPSBabel OGR_PDS WFS OAPIF EDIGEO Idrisi ODS XLSX"
    " Elasticsearch Carto AmigoCloud SXF Selafin JML PLSCENES CSW VDV MVT NGW MapML GTFS PMTiles"
    " JSONFG MiraMonVector ADBC AVCBin AVCE00 AIVector HTTP"
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "PROJ_NETWORK": "OFF",
    "GDAL_SKIP": _SKIPPED.replace(" ", ",").replace("MapInfo_File", "MapInfo File"),
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
    "OGR_ENABLE_PARTIAL_REPROJECTION": "NO",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A file to look at or to read.

    `do` is "preview" or "read", `what` a key of `fields.KINDS`; `paths` are the file, or the parts
    of one Shapefile; `name` is what its owner calls it.
    """

    do: str
    what: str
    paths: tuple[Path, ...]
    name: str
    choices: Choices
    limits: Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process handed over; the Parquet files live as long as the context."""

    result: Facts
    rows: Path
    rejects: Path


@contextmanager
def apart(
    request: Request, ground: Ground, *, told: Callable[[int], None] | None = None
) -> Iterator[Answer]:
    """Read a file in a process of its own, to its end; its folder goes with the context.

    `told` is called twice a second with the steps done so far; what it raises ends the process.

    Raises
    ------
    UnreadableFile
        What the reader refused, in its own words; ``file_breaks_reader`` where it crashed.
    TooLarge
        ``file_too_slow``, ``file_needs_memory``, or a limit by its name.
    """
    with begun(request, ground, told=told) as running:
        result = running.result()
        yield Answer(result, running.folder / "rows.parquet", running.rejects)


@contextmanager
def begun(
    request: Request, ground: Ground, *, told: Callable[[int], None] | None = None
) -> Iterator[Running]:
    """Begin to read a file as `apart` does; process and folder go with the context."""
    folder = Path(tempfile.mkdtemp(prefix="gisgrid-file-"))
    try:
        _prepare(request, ground, folder)
        process = _started(folder)
        try:
            yield Running(request, folder, process, told)
        finally:
            _end(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def looked_at(request: Request, ground: Ground) -> Facts:
    """The preview of a file."""
    with apart(request, ground) as answer:
        return answer.result


def _prepare(request: Request, ground: Ground, folder: Path) -> None:
    if request.what not in KINDS:
        raise InvalidInput(f"nothing is called {request.what}", code="bad_choice", name="what")
    files = [_linked(path, request.paths, folder) for path in request.paths]
    told = {
        "do": request.do,
        "what": request.what,
        "files": files,
        "name": request.name[:200],
        "choices": request.choices.told(),
    }
    (folder / "job.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "limits.json").write_text(json.dumps(request.limits.told()), encoding="utf-8")
    write_ground(ground, folder)


def _linked(path: Path, paths: Sequence[Path], folder: Path) -> str:
    """Put a file into the folder under a name of ours; the name. Only its ending is kept."""
    first_bytes(path, count=1) if len(paths) == 1 or path.suffix.lower() == ".shp" else None
    suffix = path.suffix.lower()
    known = suffix.lstrip(".") in COMPANIONS
    name = f"file{suffix}" if known else "file.bin"
    (folder / name).symlink_to(path.resolve())
    return name


def _started(folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "stderr").open("wb") as stderr:
        return subprocess.Popen(
            [sys.executable, "-s", "-m", "gisgrid.io.incoming.worker", str(folder)],
            cwd=folder,
            env=dict(ENVIRONMENT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )


class Running:
    """A file that is being read in a process of its own; each method waits for what it gives.

    All raise as `apart` does.
    """

    def __init__(
        self,
        request: Request,
        folder: Path,
        process: subprocess.Popen[bytes],
        told: Callable[[int], None] | None,
    ) -> None:
        self.folder = folder
        self._request, self._process, self._told = request, process, told
        self._until = time.monotonic() + request.limits.seconds + GRACE_S
        self._tell_at = time.monotonic() + TOLD_EVERY_S

    @property
    def rejects(self) -> Path:
        """The rows in quarantine; there once `result` has answered."""
        return self.folder / REJECTED

    def began(self) -> Facts:
        """What is known before the first row is checked: ``place``."""
        told = self.folder / BEGIN
        while not _is_plain(told):
            if not self._runs() and not _is_plain(told):
                raise self.broken()
        found: Facts = json.loads(told.read_text(encoding="utf-8"))
        return found

    def pieces(self) -> Iterator[Path]:
        """Parquet files with rows, each as soon as it is complete; one at least."""
        number, runs = 0, True
        while runs:
            runs = self._runs()  # asked first, so that what it left at its end is seen
            while _is_plain(piece := piece_at(self.folder, number)):
                yield piece
                number += 1
        if not number:
            raise self.broken()

    def result(self) -> Facts:
        """What the process found, once it has ended."""
        while self._runs():
            pass
        return _result(self._request, self.folder)

    def broken(self) -> UnreadableFile:
        """The error for a process that did not do what it should."""
        return _broken(self._request)

    def _runs(self) -> bool:
        """Whether the process goes on, after a moment's wait; raises where it failed."""
        try:
            status = self._process.wait(timeout=MOMENT_S)
        except subprocess.TimeoutExpired as busy:
            if time.monotonic() > self._until:
                raise _too_slow(self._request) from busy
            self._tell()
            return True
        if status != 0:
            raise _failed(self._request, self.folder, status)
        return False

    def _tell(self) -> None:
        if self._told is not None and time.monotonic() > self._tell_at:
            self._tell_at = time.monotonic() + TOLD_EVERY_S
            self._told(_steps(self.folder / STEPS))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _steps(path: Path) -> int:
    """What the process last wrote about its progress; 0 where that is nothing of use."""
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LONGEST_STEPS:
        return 0
    text = path.read_bytes()
    return int(text) if text.isdigit() else 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it may have started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _result(request: Request, folder: Path) -> Facts:
    path = folder / "result.json"
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST_RESULT:
        raise _broken(request)
    found: Facts = json.loads(path.read_text(encoding="utf-8"))
    return found


def _failed(request: Request, folder: Path, status: int) -> GisGridError:
    """The error that the process told, or what its end says."""
    told = folder / "error.json"
    if told.is_file() and not told.is_symlink() and told.stat().st_size < LARGEST_RESULT:
        return _told(json.loads(told.read_text(encoding="utf-8")), request.name)
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_slow(request)
    with (folder / "stderr").open("rb") as stream:
        stream.seek(max((folder / "stderr").stat().st_size - 2000, 0))
        end = stream.read()
    if b"MemoryError" in end or b"bad_alloc" in end or b"ArrowMemoryError" in end:
        most = request.limits.memory // 1024**2
        return TooLarge("out of memory", code="file_needs_memory", megabytes=most)
    return _broken(request)


def _told(answer: dict[str, Any], name: str) -> GisGridError:
    """The error of the process as ours; the file goes by the name its owner gave it."""
    kind = getattr(errors, str(answer.get("type")), None)
    if not (isinstance(kind, type) and issubclass(kind, GisGridError)):
        kind = UnreadableFile
    facts = {k: v for k, v in dict(answer.get("facts") or {}).items() if k != "code"}
    if str(facts.get("file", "")).startswith(("file.", "layer.")):
        facts["file"] = name
    error: GisGridError = kind(str(answer.get("message")), code=str(answer.get("code")), **facts)
    return error


def _too_slow(request: Request) -> TooLarge:
    seconds = request.limits.seconds
    return TooLarge(
        f"{request.name} was not read within {seconds} s",
        code="file_too_slow",
        file=request.name,
        seconds=seconds,
    )


def _broken(request: Request) -> UnreadableFile:
    return UnreadableFile(
        f"{request.name} breaks its reader; it is damaged",
        code="file_breaks_reader",
        file=request.name,
    )
