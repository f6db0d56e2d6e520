"""Incident lists: stored + rejected = read, and nothing loses its place in line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gisgrid.errors import MissingColumn, UnreadableFile
from gisgrid.io import incidents as module
from gisgrid.io.incidents import read_incidents_csv

HEADING = "编号,类别,上报时间,经度,纬度\n"


@pytest.fixture
def listed(tmp_path: Path):
    def read(text: str, *, encoding: str = "utf-8", **options):
        path = tmp_path / "list.csv"
        path.write_bytes(text.encode(encoding))
        return read_incidents_csv(path, **options)

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_in_every_encoding(listed, encoding):
    found = listed(HEADING + "1,暴露垃圾,2024-03-01 08:30,117.1,36.6\n", encoding=encoding)
    row = found.incidents.iloc[0]
    assert (row["source_id"], row["category"]) == ("1", "暴露垃圾")
    assert row["reported_at"].isoformat() == "2024-03-01T00:30:00+00:00"
    assert (row.geometry.x, row.geometry.y) == (117.1, 36.6)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024-03-01T08:30:00+08:00", "2024-03-01T00:30"),
        ("2024-03-01T00:30:00Z", "2024-03-01T00:30"),
        ("2024/3/1 8:30", "2024-03-01T00:30"),
        ("2024年3月1日 8:30", "2024-03-01T00:30"),
        ("03/01/2024 08:30:00 AM", "2024-03-01T00:30"),
        ("2024-03-01", "2024-02-29T16:00"),
    ],
)
def test_times_as_people_write_them(listed, written, utc):
    found = listed(f"{HEADING}1,x,{written},117.1,36.6\n")
    assert found.incidents["reported_at"].dt.strftime("%Y-%m-%dT%H:%M").tolist() == [utc]


def test_an_hour_that_happens_twice_or_never_is_no_reason_to_lose_a_row(listed):
    text = HEADING + "1,x,2018-11-04 01:30,-76.61,39.31\n2,x,2018-03-11 02:30,-76.61,39.31\n"
    assert len(listed(text, timezone="America/New_York").incidents) == 2


@pytest.mark.parametrize(
    ("lon", "lat", "why"),
    [
        ("", "", "no_coordinates"),
        ("0", "0", "zero_coordinates"),
        ("-77", "39", "rounded_coordinates"),
        ("36.65", "117.12", "outside_earth"),
        ("东", "北", "no_coordinates"),
        ("１１７.１", "36.6", ""),
    ],
)
def test_a_row_without_a_place_waits_to_be_located(listed, lon, lat, why):
    found = listed(f"{HEADING}1,x,2024-03-01,{lon},{lat}\n")
    assert found.incidents["unplaced"].tolist() == [why]
    assert found.incidents.geometry.isna().tolist() == [why != ""]


def test_bad_rows_are_rejected_with_their_line(listed):
    text = (
        HEADING
        + "1,x,2024-03-01,117.1,36.6\n"
        + "2,x,昨天,117.1,36.6\n"
        + "\n"
        + "3,,2024-03-01,117.1,36.6\n"
        + "1,x,2024-03-02,117.1,36.6\n"
        + "4,x,2024-03-01,117.1,36.6,more\n"
    )
    found = listed(text)
    assert dict(zip(found.rejects["line"], found.rejects["reason"], strict=True)) == {
        3: "no_time",
        5: "no_category",
        6: "same_id",
        7: "too_many_fields",
    }
    assert len(found.incidents) + len(found.rejects) == found.read == 5


def test_chunks_do_not_show(listed, monkeypatch):
    text = HEADING + "".join(f"{n % 7},x,2024-03-01,117.1,36.6\n" for n in range(10))
    whole = listed(text)
    monkeypatch.setattr(module, "CHUNK", 3)
    steps = []
    parts = listed(text, progress=lambda *step: steps.append(step[1]))
    assert parts.incidents.equals(whole.incidents)
    assert (parts.read, len(parts.rejects)) == (10, 3)
    assert steps == [3, 6, 9, 10]


def test_rows_without_an_id_get_one_from_what_they_say(listed):
    text = "category,created\nx,2024-03-01\ny,2024-03-01\n"
    assert listed(text).incidents["source_id"].equals(listed(text).incidents["source_id"])
    assert listed(text).incidents["source_id"].is_unique


def test_a_list_without_rows_is_empty_not_an_error(listed):
    found = listed(HEADING)
    assert (len(found.incidents), len(found.rejects), found.read) == (0, 0, 0)


def test_a_table_of_something_else_names_what_is_missing(listed):
    with pytest.raises(MissingColumn, match="category, reported_at"):
        listed("a,b\n1,2\n")


def test_a_picture_is_no_incident_list(tmp_path: Path):
    (tmp_path / "list.csv").write_bytes(bytes(range(256)) * 4)
    with pytest.raises(UnreadableFile, match="neither UTF-8 nor GB 18030"):
        read_incidents_csv(tmp_path / "list.csv")


def test_baltimore_is_read_to_the_last_row(shared_dir: Path):
    found = read_incidents_csv(
        shared_dir / "data/incidents/baltimore_311_sample.csv", timezone="America/New_York"
    )
    assert found.read == len(found.incidents) + len(found.rejects) == 10_000
    assert found.incidents["unplaced"].value_counts().to_dict() == {
        "": 8_518,
        "rounded_coordinates": 892,
        "no_coordinates": 590,
    }
