"""Whatever a layer holds, out and in again is the same: names, numbers, dates, shapes."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisgrid.errors import JobCancelled
from gisgrid.io.formats import FORMATS, format_of, write_layers
from gisgrid.io.formula import bare, harmless
from gisgrid.io.leaving import Leaving, Part
from gisgrid.io.target import Target
from gisgrid.io.write_gis import short_names
from gisgrid.model.layers import LAYERS, Field, Kind

FIELDS = (
    Field("id", Kind.INT),
    Field("name"),
    Field("amount", Kind.FLOAT),
    Field("households", Kind.INT),
    Field("open", Kind.BOOL),
    Field("day", Kind.DATE),
    Field("moment_of_it", Kind.TIME),
)
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
TEXTS = st.none() | st.text(LETTERS, min_size=1, max_size=40)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.none() | st.floats(-1e9, 1e9).map(lambda n: round(n, 3)),
        st.none() | st.integers(-(10**9), 10**9),
        st.none() | st.booleans(),
        st.none() | st.dates(date(1950, 1, 1), date(2100, 1, 1)),
        st.none() | MOMENTS,
        st.tuples(st.floats(73, 135), st.floats(4, 53)),
    ),
    min_size=1,
    max_size=6,
)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def layer(rows) -> tuple[Leaving, list[shapely.Polygon]]:
    """A layer of squares, given in two parts."""
    squares = [shapely.box(x, y, x + 0.01, y + 0.01) for *_, (x, y) in rows]
    squares = [shapely.set_precision(square, 1e-7) for square in squares]
    values = [(n, *row[:-1]) for n, row in enumerate(rows)]
    columns = {f.name: [row[i] for row in values] for i, f in enumerate(FIELDS)}
    wkb = [shapely.to_wkb(square) for square in squares]
    cut = len(rows) // 2
    parts = [
        Part({k: v[piece] for k, v in columns.items()}, wkb[piece])
        for piece in (slice(0, cut), slice(cut, None))
    ]
    headings = {f.name: f"列 {f.name}" for f in FIELDS}
    return Leaving("things", "东西", "Polygon", FIELDS, headings, iter(parts)), squares


def written(rows, form: str, folder: str, target: Target | None = None) -> Path:
    leaving, _ = layer(rows)
    path, _ = write_layers(
        Path(folder), [leaving], format_of(form), target=target or Target(), name="out"
    )
    return path


def value(found):
    """A value as we wrote it: missing ones alike, whole numbers whole."""
    if found is None or found is pd.NaT or (isinstance(found, float) and np.isnan(found)):
        return None
    if isinstance(found, pd.Timestamp):
        return found.to_pydatetime()
    return found


@SLOW
@given(ROWS, st.sampled_from(["gpkg", "parquet"]))
def test_a_gis_reads_what_was_written(rows, form):
    with tempfile.TemporaryDirectory() as folder:
        path = written(rows, form, folder)
        frame = gpd.read_parquet(path) if form == "parquet" else gpd.read_file(path)
    _, squares = layer(rows)
    assert shapely.equals(frame.geometry.to_numpy(), squares).all()
    for n, (name, amount, households, is_open, day, moment, _) in enumerate(rows):
        row = frame.iloc[n]
        assert value(row["name"]) == name
        assert value(row["amount"]) == amount
        assert value(row["households"]) == households
        assert value(row["open"]) == is_open
        found = value(row["day"])
        assert (found.date() if isinstance(found, datetime) else found) == day
        assert value(row["moment_of_it"]) == moment


@SLOW
@given(ROWS)
def test_geojson_gives_back_what_was_written(rows):
    with tempfile.TemporaryDirectory() as folder:
        whole = json.loads(written(rows, "geojson", folder).read_text(encoding="utf-8"))
    _, squares = layer(rows)
    for feature, row, square in zip(whole["features"], rows, squares, strict=True):
        assert shapely.geometry.shape(feature["geometry"]).equals(square)
        told = feature["properties"]
        assert [told["name"], told["amount"], told["households"], told["open"]] == list(row[:4])
        assert told["day"] == (row[4] and row[4].isoformat())
        assert (told["moment_of_it"] and datetime.fromisoformat(told["moment_of_it"])) == row[5]


@SLOW
@given(ROWS)
def test_a_shapefile_keeps_text_in_utf_8_under_short_names(rows):
    with tempfile.TemporaryDirectory() as folder:
        frame = gpd.read_file(f"/vsizip/{written(rows, 'shp', folder)}")
    short = short_names([f.name for f in FIELDS])
    for n, row in enumerate(rows):
        # a dBASE field ends in blanks: those of the text itself cannot be told from them
        assert (value(frame.iloc[n][short["name"]]) or "").rstrip() == (row[0] or "").rstrip()
        assert value(frame.iloc[n][short["households"]]) == row[2]


@SLOW
@given(ROWS)
def test_a_csv_gives_back_what_was_written_and_starts_no_formula(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = written(rows, "csv", folder)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = list(csv.DictReader(stream))
    _, squares = layer(rows)
    for told, row, square in zip(table, rows, squares, strict=True):
        assert bare(told["列 name"]) == (row[0] or "")
        assert not told["列 name"].startswith(("=", "+", "-", "@", "＝", "\t"))
        assert (told["列 amount"] and float(told["列 amount"])) == (
            "" if row[1] is None else row[1]
        )
        assert told["列 households"] == ("" if row[2] is None else str(row[2]))
        assert shapely.from_wkt(told["wkt"]).equals(square)


@SLOW
@given(ROWS)
def test_a_workbook_gives_back_types_and_text(rows):
    with tempfile.TemporaryDirectory() as folder:
        sheet = openpyxl.load_workbook(written(rows, "xlsx", folder))["东西"]
        told = list(sheet.iter_rows(min_row=2))
    for cells, row in zip(told, rows, strict=True):
        assert cells[1].value == row[0]
        assert cells[1].data_type in {"s", "n" if row[0] is None else "s"}
        assert cells[2].value == row[1]
        assert cells[3].value == row[2]
        assert cells[4].value == row[3]
        if row[5] is not None:
            shanghai = (row[5] + timedelta(hours=8)).replace(tzinfo=None)
            assert abs(cells[6].value - shanghai) < timedelta(hours=1, seconds=1)  # summer time


@given(st.text())
def test_what_a_formula_guard_adds_it_takes_back(text):
    guarded = harmless(text)
    assert bare(guarded) == text
    assert not guarded.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(st.lists(st.from_regex(r"[a-z]{1,12}(_[a-z]{1,12}){0,3}", fullmatch=True), unique=True))
def test_short_names_fit_and_differ(names):
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert all(0 < len(name) <= 10 for name in short.values())


@pytest.mark.parametrize("key", LAYERS)
def test_every_layer_has_short_names_that_start_like_it(key):
    names = [field.name for field in LAYERS[key].fields]
    short = short_names(names)
    assert all(short[name][0] == name[0] for name in names)


@pytest.mark.parametrize("form", FORMATS)
def test_a_layer_without_rows_is_still_a_file(form, tmp_path):
    leaving = Leaving("things", "东西", "Polygon", FIELDS, {f.name: f.name for f in FIELDS}, [])
    path, _ = write_layers(tmp_path, [leaving], format_of(form), target=Target(), name="out")
    if form in {"gpkg", "geojson"}:
        assert len(gpd.read_file(path)) == 0
    assert path.stat().st_size > 0


@pytest.mark.parametrize("form", ["gpkg", "shp", "parquet", "geojson", "csv", "xlsx"])
def test_an_error_on_the_way_flies_out_as_it_is(form, tmp_path):
    whole, _ = layer([("a", 1.0, 1, True, None, None, (100.0, 30.0))] * 2)

    def parts():
        yield from whole.parts
        raise JobCancelled("called off")

    leaving = Leaving("things", "x", "Polygon", FIELDS, whole.headings, parts())
    with pytest.raises(JobCancelled):
        write_layers(tmp_path, [leaving], format_of(form), target=Target(), name="out")
