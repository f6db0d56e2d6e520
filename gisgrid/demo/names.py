"""Words for a place that does not exist. Every name is invented; nobody is meant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

DISTRICT = ("990101", "柳湖区")
SUBDISTRICTS = ("柳湖街道", "望春街道", "清河街道", "枣园街道", "百花街道", "朝晖街道", "松涛街道")
_COMMUNITIES = (
    *("西园", "枣园", "东园", "柳荫", "团圆", "清河", "古井", "百花", "朝晖", "望春", "南苑"),
    *("梧桐", "松涛", "杏林", "菊园", "银杏", "翠屏", "鹤鸣", "云帆", "晨光", "长乐", "安和"),
)
_NORTH_SOUTH = (
    "柳湖西路",
    "枣园路",
    "柳湖东路",
    "朝晖大街",
    "松涛路",
    "云帆路",
    "鹤鸣路",
    "翠屏路",
)
_EAST_WEST = ("望春北路", "团圆大街", "百花大街", "望春南路", "长乐大街", "晨光大街", "安和大街")
_SMALL = (
    *(
        "柳荫",
        "枣林",
        "石桥",
        "古井",
        "杏花",
        "梧桐",
        "青竹",
        "双槐",
        "荷塘",
        "春晓",
        "秋月",
        "竹影",
    ),
    *(
        "月季",
        "槐荫",
        "清溪",
        "南浦",
        "桃园",
        "榆树",
        "白鹭",
        "听雨",
        "望湖",
        "书院",
        "钟楼",
        "菱角",
    ),
)
LANES = (
    "豆腐巷",
    "铁匠巷",
    "井沿巷",
    "染坊巷",
    "灯笼巷",
    "棋盘巷",
    "油坊巷",
    "石榴巷",
    "燕子巷",
    "酱园巷",
)
_COMPOUND = (
    *(
        "柳荫",
        "枣香",
        "清河",
        "百花",
        "春晓",
        "团圆",
        "东方",
        "锦绣",
        "和顺",
        "金桂",
        "玉兰",
        "翠竹",
    ),
    *(
        "丰泽",
        "安居",
        "康乐",
        "福源",
        "临湖",
        "书香",
        "阳光",
        "幸福",
        "祥和",
        "明珠",
        "新桥",
        "青山",
    ),
)
ENDINGS = {
    "slab": ("小区", "新村", "社区家园", "里"),
    "mid": ("花园", "家园", "苑", "新苑"),
    "tower": ("国际", "华府", "广场公寓", "城"),
    "villa": ("墅园", "别墅", "庭院"),
}
_SURNAMES = (
    "周沈林韩顾秦陆许何吕施张孔曹严华金魏陶姜戚谢邹喻柏章云苏潘葛范彭郎鲁韦昌马苗凤方俞任袁柳"
)
_GIVEN = (
    *(
        "启明",
        "佳宁",
        "文博",
        "雨桐",
        "志远",
        "晓岚",
        "建平",
        "秀兰",
        "海燕",
        "立新",
        "思齐",
        "国梁",
    ),
    *(
        "春梅",
        "永强",
        "若曦",
        "景行",
        "丽华",
        "一鸣",
        "嘉树",
        "玉珍",
        "子衿",
        "凤英",
        "德胜",
        "红霞",
    ),
)


def community_names() -> Iterator[str]:
    """Names of communities without end: 西园社区, 枣园社区, …, then with a number."""
    yield from (f"{name}社区" for name in _COMMUNITIES)
    number = 2
    while True:
        yield from (f"{name}第{number}社区" for name in _COMMUNITIES)
        number += 1


def street_names(kind: str) -> Iterator[str]:
    """Names of streets without end: kind "ns" (roads), "ew" (avenues), "small" (lanes)."""
    words = {"ns": _NORTH_SOUTH, "ew": _EAST_WEST}.get(kind)
    number = 0
    while True:
        number += 1
        ordinal = "" if number == 1 else f"{number}"
        if words is not None:
            yield from (f"{word}{ordinal and f'{ordinal}段'}" for word in words)
        else:
            for ending in ("街", "路", "胡同"):
                yield from (f"{word}{ordinal}{ending}" for word in _SMALL)


def compound_names(kind: str, rng: np.random.Generator) -> Iterator[str]:
    """Names of walled compounds of one kind, without end and without repeats."""
    number = 0
    while True:
        number += 1
        ordinal = "" if number == 1 else f"{number}期"
        for ending in ENDINGS[kind]:
            for place in rng.permutation(len(_COMPOUND)):
                yield f"{_COMPOUND[place]}{ending}{ordinal}"


def person_names(count: int, rng: np.random.Generator) -> list[str]:
    """`count` different invented names, for grid leaders."""
    everyone = len(_SURNAMES) * len(_GIVEN)
    chosen = rng.permutation(everyone)[np.arange(count) % everyone]
    return [_SURNAMES[n % len(_SURNAMES)] + _GIVEN[n // len(_SURNAMES)] for n in chosen]
