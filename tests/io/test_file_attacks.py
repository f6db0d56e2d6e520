"""Files that mean harm: each is refused with a sentence, nothing is fetched, nothing is written."""

from __future__ import annotations

import ast
import gzip
import io
import json
import re
import shutil
import socket
import sqlite3
import stat
import struct
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from gisgrid.errors import GisGridError
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.limits import Limits
from gisgrid.io.incoming.parent import ENVIRONMENT, Request, apart
from gisgrid.io.layers import read_layer, read_osm_apart

QUICK = Limits(seconds=60)
SQUARE = [[117, 36], [117.01, 36], [117.01, 36.01], [117, 36.01], [117, 36]]


def read(path: Path, what: str = "buildings", *, limits: Limits = QUICK, **choices):
    """What the reading process answers, and how many rows it handed over."""
    wanted = Choices(**{"crs": "EPSG:4326", "good_rows": True} | choices)
    with apart(Request("read", what, (path,), path.name, wanted, limits), Ground()) as answer:
        return answer.result


def refusal(path: Path, **options) -> GisGridError:
    """The error that a file is refused with."""
    with pytest.raises(GisGridError) as refused:
        read(path, **options)
    return refused.value


def written(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def feature(geometry: object, **properties: object) -> str:
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})


@pytest.fixture
def listener():
    """A server that notes whoever connects: (address, list of callers)."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    callers.append(server.accept()[1])
                except TimeoutError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], callers
        done.set()
        thread.join()


class TestS29S30:
    """Formats that fetch, and names that are paths."""

    @pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.json", "a.shp", "a.vrt"])
    def test_a_vrt_under_any_name_reads_no_file_and_calls_nobody(self, tmp_path, listener, name):
        port, callers = listener
        source = f"/vsicurl/http://127.0.0.1:{port}/x.csv"
        vrt = (
            f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{source}</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>"
        )
        assert refusal(written(tmp_path, name, vrt)).key == "format_refused"
        assert callers == []

    def test_a_vrt_in_a_zip_is_refused(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.geojson", "<OGRVRTDataSource/>")
        assert refusal(path).key == "format_refused"

    def test_a_wfs_or_gdalg_document_is_refused(self, tmp_path):
        wfs = "<OGRWFSDataSource><URL>http://127.0.0.1/</URL></OGRWFSDataSource>"
        assert refusal(written(tmp_path, "a.gpkg", wfs)).key == "format_refused"
        gdalg = '{"type": "gdal_streamed_alg", "command_line": "gdal vector read /etc/passwd"}'
        assert refusal(written(tmp_path, "a.json", gdalg)).key == "format_refused"

    @pytest.mark.parametrize(
        "name",
        ["/vsicurl/http://127.0.0.1/x", "CSV:/etc/passwd", '{"type":"Point"}', "/etc/shadow/x"],
    )
    def test_a_name_is_never_opened_as_anything_but_a_file(self, name):
        request = Request("read", "buildings", (Path(name),), name, Choices(), QUICK)
        with pytest.raises(GisGridError) as refused, apart(request, Ground()):
            pass
        assert refused.value.key == "file_missing"

    def test_the_process_can_open_no_socket_and_start_no_program(self):
        code = (
            "import socket, subprocess\n"
            "from gisgrid.io.incoming.jail import confine\n"
            "from gisgrid.io.incoming.limits import Limits\n"
            "nets = confine(Limits())\n"
            "for act in (socket.socket, lambda: subprocess.run(['/bin/true'])):\n"
            "    try:\n        act()\n    except OSError:\n        continue\n"
            "    raise SystemExit(f'free with {nets}')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


class TestS31:
    """XML that refers to more than itself."""

    @pytest.mark.parametrize(
        "head",
        [
            '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
            '<!DOCTYPE kml SYSTEM "http://127.0.0.1/x.dtd">',
        ],
    )
    def test_kml_with_entities_is_refused(self, tmp_path, head):
        body = f'<?xml version="1.0"?>{head}<kml><Placemark><name>&x;</name></Placemark></kml>'
        assert refusal(written(tmp_path, "a.kml", body)).key == "xml_entities"

    def test_entities_far_down_the_file_are_refused_too(self, tmp_path):
        body = f'<?xml version="1.0"?><!--{"x" * 9000}--><!DOCTYPE kml [<!ENTITY a "b">]><kml/>'
        assert refusal(written(tmp_path, "a.kml", body)).key in ("xml_entities", "format_refused")

    def test_a_network_link_is_not_followed(self, tmp_path, listener):
        port, callers = listener
        body = (
            "<kml><Document><NetworkLink><Link><href>"
            f"http://127.0.0.1:{port}/</href></Link></NetworkLink><Placemark><Polygon>"
            "<outerBoundaryIs><LinearRing><coordinates>117,36 117.01,36 117.01,36.01 117,36"
            "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
        )
        told = read(written(tmp_path, "a.kml", body))
        assert told["would"]["good"] == 1
        assert {"kind": "link_ignored"} in told["findings"]
        assert callers == []

    def test_gml_is_no_format_that_is_read(self, tmp_path):
        gml = '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>'
        assert refusal(written(tmp_path, "a.gml", gml)).key == "format_refused"


def archive_of(tmp_path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


class TestS32:
    """Archives."""

    @pytest.mark.parametrize(
        "name", ["../../etc/x.csv", "/etc/x.csv", "C:\\x.csv", "..\\x.csv", "a/../../x.csv"]
    )
    def test_a_path_that_leads_outside(self, tmp_path, name):
        error = refusal(archive_of(tmp_path, (name, b"a,b\n1,2\n")))
        assert (error.key, error.facts["why"]) == ("zip_unsafe", "path")

    def test_a_symbolic_link(self, tmp_path):
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        error = refusal(archive_of(tmp_path, (link, b"/etc/passwd")))
        assert error.facts["why"] == "link"

    def test_names_that_differ_only_in_case(self, tmp_path):
        error = refusal(archive_of(tmp_path, ("a.csv", b"a"), ("A.CSV", b"b")))
        assert error.facts["why"] == "twice"

    def test_an_archive_in_an_archive(self, tmp_path):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("a.csv", b"x")
        assert refusal(archive_of(tmp_path, ("b.zip", inner.getvalue()))).facts["why"] == "nested"

    def test_a_thousandfold_bomb(self, tmp_path):
        error = refusal(archive_of(tmp_path, ("a.csv", b"0" * 40_000_000)))
        assert error.facts["why"] == "ratio"

    def test_a_hundred_thousand_entries(self, tmp_path):
        path = archive_of(tmp_path, *((f"{n}.csv", b"") for n in range(3000)))
        assert refusal(path).key == "too_many_entries"

    def test_entries_that_overlap(self, tmp_path):
        path = archive_of(tmp_path, ("a.csv", b"a,b\n" * 30), ("b.csv", b"c,d\n" * 30))
        raw = bytearray(path.read_bytes())
        central = [at for at in range(len(raw)) if raw[at : at + 4] == b"PK\x01\x02"]
        raw[central[1] + 42 : central[1] + 46] = struct.pack("<I", 0)
        error = refusal(written(tmp_path, "o.zip", bytes(raw)))
        assert error.key in ("zip_unsafe", "file_truncated")

    def test_a_size_that_lies(self, tmp_path):
        path = archive_of(tmp_path, ("a.csv", b"name,lon,lat\n" + b"a,1,2\n" * 5000))
        raw = bytearray(path.read_bytes())
        central = raw.rindex(b"PK\x01\x02")
        raw[central + 24 : central + 28] = struct.pack("<I", 10)
        assert refusal(written(tmp_path, "l.zip", bytes(raw))).key in (
            "zip_unsafe",
            "file_truncated",
        )

    def test_an_encrypted_archive(self, tmp_path):
        path = archive_of(tmp_path, ("a.csv", b"a,b\n1,2\n"))
        raw = bytearray(path.read_bytes())
        raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
        assert refusal(written(tmp_path, "e.zip", bytes(raw))).facts["why"] == "encrypted"

    def test_nothing_is_left_behind(self, tmp_path):
        archive = archive_of(tmp_path, ("../../../tmp/evil.csv", b"a"))
        refusal(archive)
        assert not Path("/tmp/evil.csv").exists()
        assert not list(Path("/tmp").glob("gisgrid-file-*/evil*"))


class TestS33:
    """GeoPackages that compute."""

    @pytest.fixture
    def package(self, tmp_path) -> Path:
        frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[box(117, 36, 118, 37)], crs=4326)
        frame.to_file(tmp_path / "a.gpkg", layer="a")
        return tmp_path / "a.gpkg"

    def test_a_view_that_never_ends(self, package):
        with sqlite3.connect(package) as base:
            names = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            base.execute("DROP TABLE IF EXISTS rtree_a_geom")
            base.execute("ALTER TABLE a RENAME TO b")
            base.execute(
                "CREATE VIEW a AS WITH RECURSIVE t(fid) AS"
                " (SELECT 1 UNION ALL SELECT fid + 1 FROM t)"
                " SELECT fid, zeroblob(1000000) AS geom, 'x' AS id FROM t"
            )
        begun = time.monotonic()
        assert refusal(package).key == "geopackage_view"
        assert time.monotonic() - begun < 30

    def test_triggers_and_further_tables_do_nothing(self, package):
        with sqlite3.connect(package) as base:
            base.execute("CREATE TABLE more (x)")
            base.execute("CREATE TRIGGER t AFTER INSERT ON more BEGIN DELETE FROM a; END")
        assert read(package)["would"]["good"] == 1

    def test_a_sidecar_is_not_read_and_the_file_not_written(self, package):
        before = package.read_bytes()
        shutil.copy(package, package.with_name("a.gpkg-wal"))
        read(package)
        assert package.read_bytes() == before

    def test_a_plain_sqlite_file_is_refused(self, tmp_path):
        with sqlite3.connect(tmp_path / "a.gpkg") as base:
            base.execute("CREATE TABLE x (y)")
        assert refusal(tmp_path / "a.gpkg").key == "format_refused"


class TestS34S35:
    """Too much of it."""

    def test_a_polygon_of_a_hundred_thousand_vertices(self, tmp_path):
        turn = np.linspace(0, 2 * np.pi, 100_001)
        ring = np.column_stack([117 + 0.01 * np.cos(turn), 36 + 0.01 * np.sin(turn)])
        path = written(
            tmp_path, "a.geojson", feature({"type": "Polygon", "coordinates": [ring.tolist()]})
        )
        assert read(path)["would"]["reasons"] == {"too_many_points": 1}

    def test_more_rows_than_allowed(self, tmp_path):
        path = written(tmp_path, "a.csv", "name,lon,lat\n" + "a,1,2\n" * 2000)
        assert refusal(path, what="services", limits=Limits(rows=1000)).key == "too_many_rows"

    def test_more_vertices_than_allowed(self, tmp_path):
        shape = {"type": "Polygon", "coordinates": [SQUARE]}
        path = written(tmp_path, "a.json", "\n".join(feature(shape, id=n) for n in range(100)))
        assert refusal(path, limits=Limits(vertices=100)).key == "too_many_vertices"

    @pytest.mark.parametrize("points", [501, 2001, 4001])
    def test_a_star_is_quarantined_with_a_place_at_once(self, tmp_path, points):
        turn = np.arange(points) * (points // 2) * 2 * np.pi / points
        ring = np.column_stack([117 + 0.01 * np.cos(turn), 36 + 0.01 * np.sin(turn)])
        shape = shapely.geometry.mapping(Polygon(ring))
        path = written(tmp_path, "a.geojson", feature(shape))
        with apart(
            Request("preview", "buildings", (path,), "a", Choices(crs="wgs84"), QUICK), Ground()
        ) as answer:
            told = answer.result
        assert told["would"]["reasons"] == {"outline_broken": 1}
        assert "place" in told["rejects"][0]
        assert "elf-intersection" in told["rejects"][0]["facts"]["why"]

    def test_memory_and_time_run_out_with_a_sentence(self, tmp_path):
        rows = b"name,lon,lat\n" + b"a,1,2\n" * 3_000_000
        path = written(tmp_path, "a.csv", rows)
        error = refusal(path, what="services", limits=Limits(seconds=2, rows=10**7))
        assert error.key in ("file_too_slow", "file_needs_memory")
        small = refusal(path, what="services", limits=Limits(memory=300 * 1024**2, rows=10**7))
        assert small.key in ("file_needs_memory", "file_breaks_reader")


class TestS36:
    """JSON that is not."""

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ('{"type": "Point", "coordinates": [NaN, 1]}', "json_broken"),
            ('{"type": "Point", "coordinates": [Infinity, 1]}', "json_broken"),
            ('{"type": "Point", "type": "Point", "coordinates": [1, 1]}', "json_key_twice"),
            ("[" * 2_000, "json_too_deep"),
            ("[" * 100_000, "json_too_deep"),
            ('{"type": "Point", "coordinates": [' + "1" * 5000 + ", 1]}", "json_broken"),
            ('{"type": "FeatureCollection", "features": [', "file_truncated"),
        ],
    )
    def test_it_is_refused_in_words(self, tmp_path, text, key):
        found = refusal(written(tmp_path, "a.json", text))
        assert found.key in (key, "file_truncated", "not_a_table", "column_not_found")

    @pytest.mark.parametrize(
        "coordinates",
        ["[1e400, 1]", "[1e308, 1]", "[true, 1]", '["1", 1]', "[null, 1]", "[[1, 2]]", "[]", "[1]"],
    )
    def test_a_position_that_is_none_goes_to_quarantine(self, tmp_path, coordinates):
        shape = f'{{"type": "Point", "coordinates": {coordinates}}}'
        text = f'{{"type": "Feature", "properties": {{"kind": "x"}}, "geometry": {shape}}}'
        try:
            told = read(written(tmp_path, "a.json", text), what="services")
        except GisGridError as refused:
            assert refused.key in ("json_broken", "file_breaks_reader")
        else:
            assert told["would"]["good"] == 0

    def test_half_characters_and_control_characters_go_to_quarantine(self, tmp_path):
        shape = {"type": "Polygon", "coordinates": [SQUARE]}
        lines = [feature(shape, name=name) for name in ("a\x00b", "\ud800", "c\x1bd")]
        told = read(written(tmp_path, "a.json", "\n".join(lines)))
        assert told["would"]["reasons"] == {"control_character": 3}


class TestS37:
    """Shapes that are none."""

    @pytest.mark.parametrize(
        ("ring", "reason"),
        [
            ([], "no_shape"),
            ([[117, 36], [117.01, 36]], "no_shape"),
            ([[117, 36]] * 4, "no_shape"),
            ([[117, 36], [117.01, 36], [117.02, 36], [117, 36]], "outline_broken"),
            ([[117, 36], [117.01, 36.01], [117.01, 36], [117, 36.01], [117, 36]], "outline_broken"),
            ([[0, 0], [0, 0.1], [0.1, 0.1], [0, 0]], "zero_coordinates"),
            ([[200, 0], [201, 0.1], [200.1, 0.1], [200, 0]], "outside_earth"),
        ],
    )
    def test_a_ring_that_holds_no_ground(self, tmp_path, ring, reason):
        shape = {"type": "Polygon", "coordinates": [ring]}
        told = read(written(tmp_path, "a.json", feature(shape, id="a")))
        found = set(told["would"]["reasons"])
        assert found <= {reason, "no_shape", "sliver", "outline_broken"}
        assert told["would"]["good"] == 0

    def test_an_open_ring_is_closed_and_said_so(self, tmp_path):
        shape = {"type": "Polygon", "coordinates": [SQUARE[:-1]]}
        told = read(written(tmp_path, "a.json", feature(shape, id="a")))
        assert told["repaired"] == {"ring_closed": 1}
        assert told["would"]["good"] == 1

    def test_height_and_measure_are_left_out(self, tmp_path):
        shape = {"type": "Polygon", "coordinates": [[[*p, 7.5] for p in SQUARE]]}
        assert read(written(tmp_path, "a.json", feature(shape, id="a")))["would"]["good"] == 1

    def test_a_small_fault_is_mended_with_its_area_before_and_after(self, tmp_path):
        ring = [*SQUARE[:2], [117.01, 36.005], [117.0101, 36.0051], [117.0101, 36.005],
                [117.01, 36.0051], *SQUARE[2:]]  # fmt: skip
        told = read(
            written(tmp_path, "a.json", feature({"type": "Polygon", "coordinates": [ring]}))
        )
        assert told["repaired"] == {"self_intersection": 1}
        repair = told["repairs"][0]
        assert repair["before_m2"] == pytest.approx(repair["after_m2"], rel=0.01)
        assert repair["place"][0] == pytest.approx(117.01, abs=1e-3)


class TestS39:
    """Shapefiles in parts."""

    @pytest.mark.parametrize("gone", [".shx", ".dbf"])
    def test_a_missing_part_is_named(self, tmp_path, gone):
        frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[box(117, 36, 118, 37)], crs=4326)
        frame.to_file(tmp_path / "网格.shp")
        (tmp_path / f"网格{gone}").unlink()
        parts = tuple(sorted(tmp_path.glob("网格.*")))
        request = Request("read", "buildings", parts, "网格.shp", Choices(), QUICK)
        with pytest.raises(GisGridError) as refused, apart(request, Ground()):
            pass
        assert refused.value.facts["part"] == gone


OSM_NODES = "".join(
    f'<node id="{n}" lat="36.0{n:05}" lon="117.0{n:05}"><tag k="amenity" v="cafe"/></node>'
    for n in range(1, 60_000)
)


class TestOsmAndLines:
    """Extracts and lines that commands take in whole: parsed apart as every other file."""

    def test_an_extract_with_entities_is_refused_and_calls_nobody(self, tmp_path, listener):
        port, callers = listener
        dtd = f'<!DOCTYPE osm [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/"> <!ENTITY a "aaaa">]>'
        way = '<node id="1" lat="36" lon="117"><tag k="name" v="&x;&a;"/></node>'
        path = written(tmp_path, "a.osm", f'<?xml version="1.0"?>{dtd}<osm>{way}</osm>')
        with pytest.raises(GisGridError) as refused:
            read_osm_apart(path)
        assert refused.value.key == "file_truncated"
        assert callers == []

    @pytest.mark.parametrize("limits", [{"memory": 400 * 1024**2}, {"seconds": 1}])
    def test_an_extract_that_unpacks_to_very_much_ends_at_a_limit(self, tmp_path, limits):
        content = f"<osm>{OSM_NODES * 40}</osm>".encode()
        path = written(tmp_path, "a.osm.gz", gzip.compress(content, 1))
        with pytest.raises(GisGridError) as refused:
            read_osm_apart(path, limits=Limits(**limits))
        limit = ("file_needs_memory", "file_too_slow", "file_breaks_reader", "file_truncated")
        assert refused.value.key in limit

    @pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.osm"])
    def test_a_vrt_is_no_layer_and_no_extract(self, tmp_path, listener, name):
        port, callers = listener
        source = f"/vsicurl/http://127.0.0.1:{port}/x.csv"
        vrt = f"<OGRVRTDataSource><SrcDataSource>{source}</SrcDataSource></OGRVRTDataSource>"
        path = written(tmp_path, name, vrt)
        for reader, key in ((read_layer, "format_refused"), (read_osm_apart, "not_osm")):
            with pytest.raises(GisGridError) as refused:
                reader(path)
            assert (refused.value.key, refused.value.facts["file"]) == (key, name)
        assert callers == []

    def test_a_layer_that_is_a_view_is_refused(self, tmp_path):
        frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[box(117, 36, 118, 37)], crs=4326)
        frame.to_file(tmp_path / "a.gpkg", layer="a")
        with sqlite3.connect(tmp_path / "a.gpkg") as base:
            names = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            base.execute("DROP TABLE IF EXISTS rtree_a_geom")
            base.execute("ALTER TABLE a RENAME TO b")
            base.execute("CREATE VIEW a AS SELECT * FROM b")
        with pytest.raises(GisGridError) as refused:
            read_layer(tmp_path / "a.gpkg")
        assert refused.value.key == "geopackage_view"


ONLY_IN_THE_JAIL = re.compile(
    r"\b(osmium|pyogrio\.(read|raw|list|open)\w*|load_workbook|gpd\.read_file|fiona)\b"
)


def test_no_module_outside_the_jail_parses_a_file_of_somebody_else():
    """What opens foreign files is imported by the jail's own modules alone."""
    root = Path(__file__).resolve().parents[2]
    jailed = {root / "gisgrid" / "io" / "osm.py", *(root / "gisgrid" / "io" / "incoming").iterdir()}
    modules = {*(root / "gisgrid").rglob("*.py"), *(root / "web").rglob("*.py")} - jailed
    found = {
        str(file.relative_to(root)): ONLY_IN_THE_JAIL.findall(code_of(file))
        for file in sorted(modules)
        if ONLY_IN_THE_JAIL.search(code_of(file))
    }
    assert found == {}


def code_of(file: Path) -> str:
    """A module without its comments and texts."""
    tree = ast.parse(file.read_text())
    names = (ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute | ast.Name))
    imports = (
        alias.name
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for alias in n.names
    )
    return "\n".join((*names, *imports))
