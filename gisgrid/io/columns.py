"""Which column of somebody's table is which of ours: guessed from Chinese and English headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd

from gisgrid.errors import MissingColumn
from gisgrid.io.text import folded

BUILDING_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "source_id": (
            "source_id",
            "building_id",
            "楼栋编码",
            "建筑编码",
            "bid",
            "uid",
            "id",
            "编码",
        ),
        "name": ("name", "名称", "楼名", "楼栋", "楼栋名称", "建筑名称", "building_name"),
        "address": ("address", "地址", "门牌", "门牌地址", "addr", "详细地址"),
        "levels": ("levels", "floors", "层数", "楼层", "楼层数", "地上层数", "floor", "storeys"),
        "use": ("use", "用途", "建筑用途", "类型", "building", "type", "fclass"),
        "households": ("households", "户数", "居民户数", "总户数", "住户数", "hh", "household"),
        "residents": ("residents", "人口", "人数", "常住人口", "居民人数", "population", "pop"),
        "elderly": (
            *("elderly", "老年人", "老年人口", "老年人数", "over_60", "60+"),
            *("60岁以上", "60岁及以上", "60周岁及以上", "60岁以上人口", "60岁及以上人口"),
            *("65岁以上", "65岁及以上", "65岁以上人口", "65岁及以上人口", "over_65", "65+"),
        ),
    }
)
UNIT_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": (
            "code",
            "编码",
            "代码",
            "区划代码",
            "行政区划代码",
            "社区编码",
            "unit_code",
            "adcode",
            "admincode",
        ),
        "name": (
            *("name", "名称", "社区", "社区名称", "community", "村", "village"),
            *("街道", "乡镇", "镇街", "town", "street", "区县", "district", "county"),
        ),
        "level": ("level", "层级", "级别", "admin_level"),
        "parent": ("parent", "上级", "上级编码", "parent_code", "所属编码"),
    }
)
INCIDENT_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "source_id": ("source_id", "编号", "案件编号", "事件编号", "SRRecordID", "id", "工单号"),
        "category": ("category", "类别", "小类", "事件类型", "类型", "SRType", "type"),
        "text": ("text", "描述", "内容", "事件描述", "问题描述", "description"),
        "channel": ("channel", "渠道", "来源", "问题来源", "MethodReceived", "source"),
        "reported_at": ("reported_at", "上报时间", "时间", "受理时间", "CreatedDate", "created"),
        "closed_at": ("closed_at", "结案时间", "办结时间", "CloseDate", "closed", "ClosedDate"),
        "status": ("status", "状态", "处理状态", "SRStatus", "state"),
        "address": ("address", "地址", "地点", "位置描述", "事发地点"),
        "lon": ("lon", "lng", "longitude", "经度", "x"),
        "lat": ("lat", "latitude", "纬度", "y"),
    }
)


def guess_mapping(headings: Iterable[str], wanted: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Our column -> their heading, for those that are recognised.

    Earlier words of `wanted` win over later ones; a heading is used once.

    >>> guess_mapping(["楼名", "居民戶數", "FLOORS"], BUILDING_HEADINGS)
    {'name': '楼名', 'levels': 'FLOORS', 'households': '居民戶數'}
    """
    free = {folded(heading): heading for heading in reversed(list(headings))}
    mapping = {}
    for ours, words in wanted.items():
        known = next((word for word in map(folded, words) if word in free), None)
        if known is not None:
            mapping[ours] = free.pop(known)
    return mapping


def map_columns(
    frame: pd.DataFrame,
    wanted: Mapping[str, tuple[str, ...]],
    *,
    mapping: Mapping[str, str] | None = None,
    needed: tuple[str, ...] = (),
) -> dict[str, pd.Series]:
    """The recognised columns under our names.

    Parameters
    ----------
    frame
        Somebody's table.
    wanted
        Our columns and the headings they are known by.
    mapping
        Our column -> their heading, where the user has said so; it wins over the guess.
    needed
        Ours that must be found.

    Raises
    ------
    MissingColumn
        If a heading of `mapping` is not there, or a needed column is not recognised. The error
        names both what is missing and what the table has.
    """
    chosen = dict(mapping or {})
    rest = [str(heading) for heading in frame.columns if heading not in chosen.values()]
    guessed = guess_mapping(rest, {k: v for k, v in wanted.items() if k not in chosen})
    chosen = guessed | chosen
    missing = [theirs for theirs in chosen.values() if theirs not in frame.columns]
    missing += [ours for ours in needed if ours not in chosen]
    if missing:
        raise MissingColumn(
            f"no column {', '.join(missing)} among {', '.join(map(str, frame.columns))}",
            code="column_not_found",
            columns=", ".join(missing),
            headings=", ".join(map(str, frame.columns)),
        )
    return {ours: frame[theirs] for ours, theirs in chosen.items() if ours in wanted}
