"""Real files, a little broken: a sentence or a success, never anything else."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from gisgrid.errors import GisGridError
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.limits import Limits
from gisgrid.io.incoming.reading import Job, look, read

EXAMPLES = 25
KINDS = {"kindergarten": ("幼儿园", "Kindergarten")}


def _units() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"编码": ["370102001001", "370102001002"], "名称": ["东园", "西园"], "户数": [1, 2]},
        geometry=[box(117, 36, 117.01, 36.01), box(117.01, 36, 117.02, 36.01)],
        crs="EPSG:4326",
    )


OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="36.001" lon="117.001"/><node id="2" lat="36.001" lon="117.002"/>
<node id="3" lat="36.002" lon="117.002"/><node id="4" lat="36.002" lon="117.001"/>
<way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
<way id="6"><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>
<way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="building" v="apartments"/></way></osm>"""


def write_pbf(path: Path) -> None:
    """The same ground as `OSM`, packed."""
    plain = path.with_name("plain.osm")
    plain.write_text(OSM)
    writer = osmium.SimpleWriter(str(path))
    for thing in osmium.FileProcessor(str(plain)):
        writer.add(thing)
    writer.close()


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@cache
def sample(form: str) -> bytes:
    """A small sound file of a format."""
    frame = _units()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "csv":
            places = {"经度": [117.00123, 117.00321], "纬度": 36.00123}
            table = pd.DataFrame({"名称": ["甲", "乙"], "类别": "幼儿园", **places})
            return table.to_csv(index=False).encode("gb18030")
        if form == "xlsx":
            frame.drop(columns="geometry").assign(合计=3).to_excel(path, index=False)
        elif form == "parquet":
            frame.to_parquet(path)
        elif form == "kml":
            frame.to_file(path, driver="KML")
        elif form == "kmz":
            return zipped({"doc.kml": sample("kml"), "files/a.png": b"\x89PNG"})
        elif form == "zip":
            frame.to_file(Path(folder) / "b.shp", encoding="utf-8")
            return zipped({p.name: p.read_bytes() for p in sorted(Path(folder).glob("b.*"))})
        elif form in ("osm", "osm.gz"):
            return OSM.encode() if form == "osm" else gzip.compress(OSM.encode(), mtime=0)
        elif form == "osm.pbf":
            write_pbf(path)
        elif form == "ndjson":
            return "\n".join(
                json.dumps(f) for f in json.loads(frame.to_json())["features"]
            ).encode()
        else:
            frame.to_file(path)
        return path.read_bytes()


def outcome(content: bytes, what: str) -> str:
    """ "stored", or the code of the sentence the file is refused with."""
    choices = Choices(crs="EPSG:4326", good_rows=True)
    told: dict = {}
    for act, do in ((look, "preview"), (read, "read")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "file.bin").write_bytes(content)
            job = Job(do, what, (folder / "file.bin",), "a", choices, Limits(), folder)
            try:
                told = act(job, Ground(kinds=KINDS))
            except GisGridError as refused:
                return refused.key
    return f"stored {told['would']['good']} of {told['would']['read']}"


OSMS = ("osm", "osm.gz", "osm.pbf")
FORMS = ("geojson", "ndjson", "gpkg", "csv", "xlsx", "kml", "kmz", "parquet", "zip", *OSMS)
WHAT = {"csv": "services", "xlsx": "statistics"} | dict.fromkeys(OSMS, "streets")
TABLES = ("services", "incidents", "statistics", "succession")


@pytest.mark.parametrize("form", FORMS)
def test_a_sound_file_is_read(form):
    assert outcome(sample(form), WHAT.get(form, "units")) in ("stored 2 of 2", "column_not_found")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=6),
       cut=st.one_of(st.none(), st.floats(0, 1)))  # fmt: skip
def test_a_broken_file_is_refused_or_read(form, edits, cut):
    content = bytearray(sample(form))
    for place, piece in edits:
        at = int(place * (len(content) - 1))
        content[at : at + len(piece)] = piece
    if cut is not None:
        del content[int(cut * len(content)) :]
    assert outcome(bytes(content), WHAT.get(form, "units"))


def any_json(leaves):
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
        ),
        max_leaves=12,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    coordinates=any_json(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3)
    ),
    kind=st.sampled_from(
        ["Point", "Polygon", "MultiPolygon", "LineString", "GeometryCollection", ""]
    ),
    what=st.sampled_from(["buildings", "services", "streets", "units", "incidents"]),
)
def test_any_geometry_is_refused_or_read(coordinates, kind, what):
    shape = {"type": kind, "coordinates": coordinates, "geometries": coordinates}
    feature = {"type": "Feature", "properties": {"name": "a", "category": "b"}, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [feature, feature]})
    assert outcome(text.encode(), what)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400), st.sampled_from(TABLES))
def test_any_bytes_are_refused_or_read(content, what):
    assert outcome(content, what)


def test_the_check_finds_a_fault():
    assert outcome(b"", "services") == "file_empty"
