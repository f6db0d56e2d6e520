"""Shapefile through GDAL's own driver: its parts under names of ours, its encoding found by us."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from gisgrid.io.files import truncated
from gisgrid.io.incoming.refuse import refused
from gisgrid.io.incoming.source import BATCH, Batch, Facts, Layer, Source
from gisgrid.io.incoming.wording import SAMPLE, encoding_of

_BROKEN = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    UnicodeDecodeError,
    ValueError,
    OverflowError,
)
_KNOWN = {"utf8": "utf-8", "65001": "utf-8", "936": "gb18030", "cp936": "gb18030", "gbk": "gb18030"}
_KNOWN |= {"gb2312": "gb18030", "950": "big5", "cp950": "big5", "oem": "", "system": ""}


def open_shapefile(path: Path, name: str, encoding: str | None = None) -> Source:
    """A Shapefile whose parts lie beside each other; ``.shp``, ``.shx`` and ``.dbf`` must be there.

    Raises
    ------
    UnreadableFile
        ``shapefile_part_missing`` names the part.
    """
    for part in ("shx", "dbf"):
        if not path.with_suffix(f".{part}").is_file():
            raise refused("shapefile_part_missing", f"no .{part}", file=name, part=f".{part}")
    findings: list[Facts] = []
    coding, guessed = (encoding, False) if encoding else _encoding(path, findings)
    try:
        about = pyogrio.read_info(path, encoding=coding)
    except _BROKEN as damage:
        raise truncated(path) from damage
    if about["driver"] != "ESRI Shapefile":
        raise truncated(path)

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(path, coding, most)

    title = Path(name).stem
    return Source(
        format="Shapefile",
        layer=title,
        layers=(Layer(title, int(about["features"]), str(about["geometry_type"])),),
        headings=tuple(str(each) for each in about["fields"]),
        rows=int(about["features"]),
        counted=True,
        crs=about["crs"],
        encoding=coding,
        guessed=guessed,
        bounds=tuple(map(float, about["total_bounds"])) if about["total_bounds"] else None,
        findings=findings,
        batches=batches,
    )


def _encoding(path: Path, findings: list[Facts]) -> tuple[str, bool]:
    """What the .cpg says where the table agrees, else what the table reads as."""
    table = path.with_suffix(".dbf")
    with table.open("rb") as stream:
        sample = stream.read(SAMPLE)
    header = int.from_bytes(sample[8:10], "little")
    names, body = sample[32:header], sample[header:]
    found = encoding_of(body.replace(b"\x00", b" ")) or encoding_of(names.replace(b"\x00", b" "))
    reads_as = found.encoding if found else "gb18030"
    stated = _stated(path.with_suffix(".cpg"))
    if stated:
        if body.isascii() or _agrees(body, stated):
            return stated, False
        findings.append({"kind": "encoding_wrong", "stated": stated, "found": reads_as})
        return reads_as, True
    if not body.isascii():
        findings.append({"kind": "encoding_missing", "found": reads_as})
    return reads_as, not body.isascii()


def _stated(cpg: Path) -> str:
    if not cpg.is_file():
        return ""
    word = cpg.read_bytes()[:40].decode("ascii", "ignore").strip().lower().replace("-", "")
    known = _KNOWN.get(word, word)
    try:
        "".encode(known or "utf-8")
    except LookupError:
        return ""
    return known


def _agrees(body: bytes, encoding: str) -> bool:
    try:
        body[: len(body) - len(body) % 2].decode(encoding)
    except UnicodeDecodeError as where:
        return where.start > len(body) - 8
    return True


def _batches(path: Path, encoding: str, most: int | None) -> Iterator[Batch]:
    done = 0
    while most is None or done < most:
        count = BATCH if most is None else min(BATCH, most - done)
        try:
            about, _, wkb, columns = pyogrio.raw.read(
                path, encoding=encoding, skip_features=done, max_features=count, force_2d=True
            )
        except _BROKEN as damage:
            raise truncated(path) from damage
        shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
        if not len(shapes) and done:
            return
        named = zip(map(str, about["fields"]), map(_objects, columns), strict=True)
        frame = pd.DataFrame(dict(named), index=range(len(shapes)))
        yield Batch(frame, shapes, np.arange(done + 1, done + len(shapes) + 1, dtype=np.int64))
        done += len(shapes)
        if len(shapes) < count:
            return


def _objects(values: Any) -> Any:
    column = pd.Series(values)
    return column.astype(object).where(column.notna(), None).to_numpy()
