"""What can be imported: our columns of each kind, the headings they are known by, its shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gisgrid.io.columns import BUILDING_HEADINGS, INCIDENT_HEADINGS, UNIT_HEADINGS
from gisgrid.io.text import folded

Headings = Mapping[str, tuple[str, ...]]

QUARANTINE = "quarantine_id"
"""Column of a downloaded quarantine: which of its rows a mended row was."""

PLACE: Headings = {
    "lon": (
        *("lon", "lng", "long", "longitude", "经度", "东经", "x坐标", "经度坐标", "x"),
        *("point_x", "easting", "横坐标"),
    ),
    "lat": (
        *("lat", "latitude", "纬度", "北纬", "y坐标", "纬度坐标", "y", "point_y"),
        *("northing", "纵坐标"),
    ),
    "wkt": ("wkt", "geometry", "geom", "the_geom", "空间坐标", "图形"),
}  # fmt: skip
_DATES: Headings = {
    "valid_from": (
        *("valid_from", "生效日期", "启用日期", "设立日期", "成立时间", "开始日期", "date"),
    ),
    "valid_to": ("valid_to", "失效日期", "停用日期", "撤销日期", "结束日期"),
    "predecessor": (
        *("predecessor", "原编码", "原代码", "旧编码", "旧代码", "原区划代码", "old_code"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import: `shape` is "surface", "line", "point", "maybe" (a point or none), ""."""

    key: str
    shape: str
    headings: Headings
    needed: tuple[str, ...] = ()
    osm_layer: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "headings", {**self.headings, QUARANTINE: (QUARANTINE,)})

    @property
    def known(self) -> frozenset[str]:
        """Every heading that is recognised, folded."""
        return frozenset(folded(word) for words in self.headings.values() for word in words)


_SERVICES: Headings = {
    "source_id": ("source_id", "编号", "编码", "id", "uid", "poi_id", "code"),
    "name": ("name", "名称", "服务点名称", "机构名称", "设施名称", "单位名称", "title"),
    "kind": (
        *("kind", "类别", "类型", "服务类型", "设施类型", "category", "type", "amenity", "fclass"),
    ),
    "opening_hours": ("opening_hours", "开放时间", "营业时间", "服务时间", "hours"),
    "address": ("address", "地址", "详细地址", "addr"),
}  # fmt: skip
_STREETS: Headings = {
    "source_id": ("source_id", "编号", "编码", "osm_id", "id", "objectid", "fid"),
    "name": ("name", "名称", "道路名称", "路名", "street", "roadname"),
    "class": (
        *("class", "等级", "道路等级", "类型", "highway", "fclass", "kind_detail", "kind", "type"),
    ),
    "walkable": ("walkable", "可步行", "foot"),
    "bridge": ("bridge", "桥", "桥梁"),
    "tunnel": ("tunnel", "隧道"),
    "layer": ("layer", "层"),
}  # fmt: skip
_GRIDS: Headings = {
    "code": ("code", "网格编码", "网格代码", "网格编号", "编码", "代码", "grid_code", "grid", "id"),
    "name": ("name", "网格名称", "名称", "网格名", "网格"),
    "kind": ("kind", "网格类型", "类型", "类别"),
    "leader_name": ("leader_name", "leader", "网格长", "网格员", "负责人"),
    "community": (
        *("community", "社区编码", "社区代码", "社区", "所属社区", "社区名称", "community_code"),
    ),
    "households": ("households", "户数", "居民户数", "总户数", "住户数", "hh"),
}  # fmt: skip
_STATISTICS: Headings = {
    "code": (
        *("code", "编码", "代码", "社区编码", "区划代码", "网格编码", "楼栋编码", "建筑编码"),
        *("building_id", "unit_code", "source_id", "id", "bid"),
    ),
    "name": (
        *("name", "名称", "社区", "社区名称", "村社", "街道", "镇街", "楼栋", "楼名", "楼栋名称"),
        "小区",
    ),
    "households": (
        *("households", "户数", "居民户数", "总户数", "住户数", "常住户数", "hh", "household"),
    ),
    "residents": (
        *("residents", "人口", "人数", "常住人口", "居民人数", "population", "pop", "总人口"),
    ),
    "date": ("date", "统计日期", "日期", "截止日期", "时点"),
}  # fmt: skip
_SUCCESSION: Headings = {
    "old_code": (
        *("old_code", "old", "predecessor", "原编码", "原代码", "旧编码", "旧代码"),
        *("原区划代码", "原行政区划代码", "撤销代码", "变更前代码", "from_code"),
    ),
    "new_code": (
        *("new_code", "new", "successor", "新编码", "新代码", "现编码", "现代码"),
        *("新区划代码", "现行政区划代码", "继任代码", "变更后代码", "to_code"),
    ),
    "date": ("date", "day", "日期", "变更日期", "变更时间", "生效日期", "撤销日期", "valid_from"),
    "change": ("change", "kind", "变更类型", "变更方式", "变更情况", "类型"),
    "old_name": ("old_name", "原名称", "旧名称", "变更前名称", "原单位"),
    "new_name": ("new_name", "新名称", "现名称", "变更后名称", "现单位"),
}  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "units": Kind(
            "units", "surface", {**UNIT_HEADINGS, **_DATES, "wkt": PLACE["wkt"]}, ("name",), "units"
        ),
        "buildings": Kind(
            "buildings",
            "surface",
            {**BUILDING_HEADINGS, "code": ("code", "building_code"), "wkt": PLACE["wkt"]},
            osm_layer="buildings",
        ),
        "grids": Kind("grids", "surface", {**_GRIDS, "wkt": PLACE["wkt"]}),
        "services": Kind("services", "point", {**_SERVICES, **PLACE}, osm_layer="services"),
        "streets": Kind("streets", "line", {**_STREETS, "wkt": PLACE["wkt"]}, osm_layer="streets"),
        "incidents": Kind(
            "incidents",
            "maybe",
            {**INCIDENT_HEADINGS, **PLACE},
            ("category", "reported_at"),
        ),
        "statistics": Kind("statistics", "", _STATISTICS),
        "succession": Kind("succession", "", _SUCCESSION, ("old_code", "new_code", "date")),
    }
)
"""Kinds of import by their word: `gisgrid import <word>`."""
