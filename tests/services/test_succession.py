"""Codes over the years: 江东's eight streets came to 鄞州, 双流 was a county; mergers, splits."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from sqlalchemy import Engine, text

from gisgrid.errors import InvalidInput
from gisgrid.io.incoming.choices import Choices
from gisgrid.model.people import Actor, Role
from gisgrid.services.import_file import file_at, import_file, preview_file
from gisgrid.services.undo_import import undo_import
from gisgrid.services.unit_on import list_changes, units_on
from gisgrid.services.view_district import view_district
from gisgrid.storage import incidents, people
from gisgrid.storage.engine import SYSTEM, transaction

WEST, SOUTH, SIDE = 121.55, 29.85, 0.01
NAMES = ("百丈", "东胜", "明楼", "白鹤", "东柳", "东郊", "福明", "新明")
OLD = [f"330204{n:03}" for n in range(1, 9)]
NEW = [f"330212{n:03}" for n in range(14, 22)]
DAY = date(2016, 9, 1)
EVE = DAY - timedelta(days=1)


def column(n: int):
    return box(WEST + n * SIDE, SOUTH, WEST + (n + 1) * SIDE, SOUTH + SIDE)


def units(engine: Engine, folder: Path, level: str, rows: list[tuple], **choices) -> None:
    path = folder / f"{rows[0][0]}.gpkg"
    codes, names, shapes = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame({"编码": codes, "名称": names}, geometry=list(shapes), crs=4326)
    frame.to_file(path)
    import_file(engine, SYSTEM, file_at("units", path), Choices(level=level, **choices))


def table(folder: Path, rows: list[tuple], name: str = "沿革.csv") -> Path:
    path = folder / name
    headings = ["原编码", "新编码", "变更日期", "变更类型"][: len(rows[0])]
    frame = pd.DataFrame(rows, columns=headings)
    frame.to_excel(path, index=False) if path.suffix == ".xlsx" else frame.to_csv(path, index=False)
    return path


def take(engine: Engine, path: Path, **choices) -> dict:
    return import_file(engine, SYSTEM, file_at("succession", path), Choices(**choices))


def rows(engine: Engine, statement: str) -> list[tuple]:
    with engine.begin() as conn:
        return [tuple(row) for row in conn.execute(text(statement))]


def meant(engine: Engine, code: str, day: date) -> list[str]:
    return [unit["code"] for unit in units_on(engine, code, day)]


@pytest.fixture
def jiangdong(engine: Engine, tmp_path: Path) -> Engine:
    """江东 with eight streets of one community each, and 鄞州 with the codes it gave them."""
    whole = box(WEST, SOUTH, WEST + 8 * SIDE, SOUTH + SIDE)
    around = box(WEST, SOUTH - SIDE, WEST + 8 * SIDE, SOUTH + SIDE)
    long_ago = {"valid_from": "2002-02-01"}
    units(engine, tmp_path, "district", [("330204", "江东区", whole)])
    units(engine, tmp_path, "street", list(zip(OLD, NAMES, map(column, range(8)), strict=True)))
    communities = [f"{code}001" for code in OLD]
    named = [f"{name}社区" for name in NAMES]
    shaped = list(zip(communities, named, map(column, range(8)), strict=True))
    units(engine, tmp_path, "community", shaped)
    units(engine, tmp_path, "district", [("330212", "鄞州区", around)], **long_ago)
    units(engine, tmp_path, "street", list(zip(NEW, NAMES, map(column, range(8)), strict=True)))
    with transaction(engine, SYSTEM) as conn:
        lift = "UPDATE unit SET parent_id = p.id FROM unit p WHERE p.code = left(unit.code, {n})"
        conn.execute(text(lift.format(n=6) + " AND length(unit.code) = 9"))
        conn.execute(text(lift.format(n=9) + " AND length(unit.code) = 12"))
    return engine


def change() -> list[tuple]:
    pairs = [("330204", "330212"), *zip(OLD, NEW, strict=True)]
    return [(old, new, DAY.isoformat()) for old, new in pairs]


def planner(engine: Engine) -> Actor:
    ids = [row[0] for row in rows(engine, "SELECT id FROM unit WHERE length(code) = 12")]
    return Actor(account_id=None, role=Role.PLANNER, communities=tuple(ids), grids=())


def shown(engine: Engine, day: date | None) -> set[str]:
    told = view_district(engine, planner(engine), day)["units"]
    return {unit["code"] for unit in told if len(unit["code"]) < 12}


@pytest.mark.parametrize("name", ["沿革.csv", "沿革.xlsx"])
def test_the_eight_streets_of_jiangdong_come_to_yinzhou(jiangdong, tmp_path, name):
    told = take(jiangdong, table(tmp_path, change(), name))
    assert (told["read"], told["stored"], told["quarantined"]) == (9, 9, 0)
    assert meant(jiangdong, OLD[0], EVE) == [OLD[0]]
    assert meant(jiangdong, OLD[0], DAY) == [NEW[0]]
    assert meant(jiangdong, NEW[7], EVE) == [OLD[7]]
    assert meant(jiangdong, "330204", date(2023, 1, 1)) == ["330212"]
    assert meant(jiangdong, "330212", EVE) == ["330212"]
    assert meant(jiangdong, "999999", DAY) == []


def test_the_map_shows_jiangdong_in_august_2016_and_yinzhou_after(jiangdong, tmp_path):
    take(jiangdong, table(tmp_path, change()))
    assert shown(jiangdong, date(2016, 8, 1)) == {"330204", "330212", *OLD}
    assert shown(jiangdong, DAY) == shown(jiangdong, None) == {"330212", *NEW}
    then = view_district(jiangdong, planner(jiangdong), date(2016, 8, 1))["units"]
    codes = {unit["id"]: unit["code"] for unit in then}
    above = {unit["code"]: codes.get(unit["parent"]) for unit in then}
    assert above["330204003001"] == "330204003" and above["330204003"] == "330204"


def test_incidents_keep_the_unit_of_their_day(jiangdong, tmp_path):
    old, new = "330204001001", "330212014001"
    reports = pd.DataFrame(
        {
            "编号": ["early", "late"],
            "类别": ["市容", "市容"],
            "上报时间": ["2016-08-01 10:00", "2016-10-01 10:00"],
            "经度": [WEST + 0.005] * 2,
            "纬度": [SOUTH + 0.005] * 2,
        }
    )
    reports.to_csv(tmp_path / "事件.csv", index=False)
    choices = Choices(crs="wgs84")
    import_file(jiangdong, SYSTEM, file_at("incidents", tmp_path / "事件.csv"), choices)
    units(jiangdong, tmp_path, "community", [(new, "百丈社区", column(0))])
    kept = (
        "SELECT i.source_id, u.code FROM incident i JOIN unit u ON u.id = i.community_id ORDER BY 1"
    )
    assert rows(jiangdong, kept) == [("early", old), ("late", old)]
    take(jiangdong, table(tmp_path, [*change(), (old, new, DAY.isoformat())]))
    assert rows(jiangdong, kept) == [("early", old), ("late", old)]
    with transaction(jiangdong, SYSTEM) as conn:
        incidents.locate(conn)
    assert rows(jiangdong, kept) == [("early", old), ("late", new)]


def test_who_plans_the_new_district_finds_what_the_old_one_left(jiangdong, tmp_path):
    take(jiangdong, table(tmp_path, change()))
    with transaction(jiangdong, SYSTEM) as conn:
        statement = text(
            "WITH made AS (INSERT INTO account (login, display_name, role, password_hash)"
            " VALUES ('zhang', '张三', 'planner', '!') RETURNING id)"
            " INSERT INTO role_scope (account_id, unit_id)"
            " SELECT made.id, unit.id FROM made, unit WHERE unit.code = '330212'"
            " RETURNING account_id"
        )
        actor = people.actor(conn, conn.execute(statement).scalar_one())
    assert len(actor.communities) == 8


def test_shuangliu_the_county_became_a_district_with_its_streets(engine, tmp_path):
    whole = box(WEST, SOUTH, WEST + 8 * SIDE, SOUTH + SIDE)
    units(engine, tmp_path, "district", [("510122", "双流县", whole)])
    shaped = [("510122001", "东升街道", column(0)), ("510122002", "西航港街道", column(1))]
    units(engine, tmp_path, "street", shaped)
    units(engine, tmp_path, "district", [("510116", "双流区", whole)])
    take(engine, table(tmp_path, [("510122", "510116", "2015年12月3日")]))
    assert meant(engine, "510122", date(2015, 12, 2)) == ["510122"]
    assert meant(engine, "510116", date(2015, 12, 2)) == ["510122"]
    assert meant(engine, "510122", date(2019, 1, 1)) == ["510116"]
    below = "SELECT p.code FROM unit u JOIN unit p ON p.id = u.parent_id ORDER BY u.code"
    assert rows(engine, below) == [("510116",), ("510116",)]


def test_a_merger_has_one_successor_and_a_split_has_several(jiangdong, tmp_path):
    merged = [(OLD[0], NEW[0], "2016-09-01", "合并"), (OLD[1], NEW[0], "2016-09-01", "合并")]
    split = [(OLD[2], NEW[2], "2016-09-01", "拆分"), (OLD[2], NEW[3], "2016-09-01", "拆分")]
    take(jiangdong, table(tmp_path, merged + split))
    assert meant(jiangdong, NEW[0], EVE) == OLD[:2]
    assert meant(jiangdong, OLD[2], DAY) == NEW[2:4]
    heirs = "SELECT u.code, s.code FROM unit u LEFT JOIN unit s ON s.id = u.successor_id"
    found = dict(rows(jiangdong, heirs + " WHERE u.valid_to IS NOT NULL"))
    assert found == {OLD[0]: NEW[0], OLD[1]: NEW[0], OLD[2]: None}
    where = "SELECT p.code FROM unit u JOIN unit p ON p.id = u.parent_id WHERE u.code = '{}001'"
    assert rows(jiangdong, where.format(OLD[2])) == [(NEW[2],)]


def test_changes_are_told_with_the_units_before_and_after(jiangdong, tmp_path):
    assert list_changes(jiangdong) == []
    merged = [(OLD[0], NEW[0], "2016-09-01", "合并"), (OLD[1], NEW[0], "2016-09-01", "合并")]
    split = [(OLD[2], NEW[2], "2016-09-01", "拆分"), (OLD[2], NEW[3], "2016-09-01", "拆分")]
    take(jiangdong, table(tmp_path, [*merged, *split, (OLD[4], NEW[4], "2017-01-01", "")]))
    told = list_changes(jiangdong)
    seen = [
        (each["day"], each["change"], each["old"]["code"], each["new"]["code"]) for each in told
    ]
    assert seen == [
        ("2017-01-01", "recoded", OLD[4], NEW[4]),
        ("2016-09-01", "merged", OLD[0], NEW[0]),
        ("2016-09-01", "merged", OLD[1], NEW[0]),
        ("2016-09-01", "split", OLD[2], NEW[2]),
        ("2016-09-01", "split", OLD[2], NEW[3]),
    ]
    assert (told[1]["old"]["name"], told[1]["old"]["valid_to"]) == ("百丈", "2016-09-01")
    assert (told[1]["new"]["valid_from"], told[1]["new"]["valid_to"]) == ("2016-09-01", None)


def test_rows_that_cannot_be_carried_out_wait_with_their_reason(jiangdong, tmp_path):
    take(jiangdong, table(tmp_path, [(OLD[7], NEW[7], "2016-09-01")], "before.csv"))
    bad = [
        (OLD[0], "330299001", "2016-09-01", "", "unknown_code"),
        (OLD[1], NEW[1], "2016-09-01", "", "two_successors"),
        (OLD[1], NEW[2], "2016-09-01", "", "two_successors"),
        (OLD[2], OLD[3], "2016-09-01", "", "succession_cycle"),
        (OLD[3], OLD[2], "2017-09-01", "", "succession_cycle"),
        (OLD[4], NEW[4], "2016-09-01", "", ""),
        (NEW[4], NEW[5], "2015-09-01", "", "days_disordered"),
        (OLD[7], NEW[6], "2018-09-01", "", "already_ended"),
        (OLD[5], NEW[5], "2999-01-01", "", "day_to_come"),
        (OLD[6], "", "2016-09-01", "", "no_successor"),
        (NEW[0], NEW[1], "", "", "no_day"),
    ]
    path = table(tmp_path, [row[:4] for row in bad])
    with pytest.raises(InvalidInput) as refusal:
        take(jiangdong, path)
    assert refusal.value.key == "rows_quarantined"
    assert rows(jiangdong, "SELECT count(*) FROM unit_succession") == [(1,)]
    seen = preview_file(jiangdong, file_at("succession", path), Choices())
    told = take(jiangdong, path, good_rows=True)
    assert (told["read"], told["stored"], told["quarantined"]) == (11, 1, 10)
    assert seen["would"]["reasons"] == told["reasons"]
    waiting = rows(jiangdong, "SELECT source_id, reason FROM import_reject ORDER BY row_number")
    assert waiting == [(f"{o}>{n}", why) for o, n, _, _, why in bad if why]


def test_the_same_table_is_stored_once_and_a_longer_one_adds_its_rows(jiangdong, tmp_path):
    first = take(jiangdong, table(tmp_path, change()[:5]))
    again = take(jiangdong, table(tmp_path, change()[:5]))
    assert again["repeated"] and again["run"] == first["run"]
    longer = take(jiangdong, table(tmp_path, change()))
    assert (longer["stored"], longer["updated"], longer["quarantined"]) == (4, 5, 0)
    logged = rows(jiangdong, "SELECT facts->>'sha256' FROM audit_log WHERE action = 'import'")
    assert all(len(sha256) == 64 for (sha256,) in logged)


def test_a_succession_is_undone_as_a_whole(jiangdong, tmp_path):
    everything = "SELECT id, parent_id, valid_from, valid_to, successor_id FROM unit ORDER BY id"
    before = rows(jiangdong, everything)
    told = take(jiangdong, table(tmp_path, change()))
    assert rows(jiangdong, everything) != before
    undo_import(jiangdong, SYSTEM, told["run"])
    assert rows(jiangdong, everything) == before
    assert rows(jiangdong, "SELECT count(*) FROM unit_succession") == [(0,)]
