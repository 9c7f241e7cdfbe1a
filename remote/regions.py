"""Counties, townships and villages of Bozhou for the address picker. The terminal and the centre read the same table.

County codes are those of GB/T 2260 (facts/domain.md 5.1). Township (9 digits) and village (12 digits) codes are made up
in the form of the statistics code, under real township names: a real deployment replaces them by the city's list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

CITY = "亳州市"
PROVINCE = "安徽省"

_TOWNSHIPS: dict[str, tuple[str, str]] = {
    "341602": (
        "谯城区",
        "花戏楼街道 薛阁街道 汤陵街道 古井镇 芦庙镇 华佗镇 魏岗镇 牛集镇 颜集镇 五马镇 十八里镇 "
        "谯东镇 十九里镇 沙土镇 观堂镇 大杨镇 城父镇 十河镇 双沟镇 淝河镇 古城镇 龙扬镇 立德镇 "
        "张店乡 赵桥乡",
    ),
    "341621": (
        "涡阳县",
        "城关街道 城西街道 城东街道 西阳镇 涡南镇 楚店镇 高公镇 高炉镇 曹市镇 青疃镇 石弓镇 "
        "龙山镇 义门镇 新兴镇 临湖镇 丹城镇 马店集镇 花沟镇 店集镇 陈大镇 牌坊镇 公吉寺镇 标里镇",
    ),
    "341622": (
        "蒙城县",
        "城关街道 漆园街道 庄周街道 楚村镇 乐土镇 三义镇 篱笆镇 双涧镇 岳坊镇 马集镇 小涧镇 "
        "坛城镇 许疃镇 板桥集镇 立仓镇 小辛集乡 王集乡",
    ),
    "341623": (
        "利辛县",
        "城关镇 阚疃镇 张村镇 江集镇 旧城镇 西潘楼镇 孙集镇 汝集镇 巩店镇 王人镇 王市镇 永兴镇 "
        "马店孜镇 大李集镇 胡集镇 展沟镇 程家集镇 中疃镇 望疃镇 城北镇 纪王场乡 孙庙乡 新张集乡",
    ),
}
_COMMUNITY_NAMES = "建设 文化 光明 和平 新华 幸福 团结 永安 希望 西关"
_VILLAGE_NAMES = "大李庄 小王庄 张老家 赵楼 孙庄 刘寨 陈庙 马桥 郭集 杨湾 胡洼 丁楼 蒋庄 魏老庄 侯桥 程楼 李双庙 三官庙"
VILLAGES_PER_TOWNSHIP = 6


@dataclass(frozen=True)
class Village:
    code: str  # 12 digits
    name: str


@dataclass(frozen=True)
class Township:
    code: str  # 9 digits
    name: str
    villages: tuple[Village, ...]


@dataclass(frozen=True)
class County:
    code: str  # 6 digits
    name: str
    townships: tuple[Township, ...]


def _villages(township: str, name: str, position: int) -> tuple[Village, ...]:
    urban = name.endswith("街道")
    names, suffix = (_COMMUNITY_NAMES.split(), "社区") if urban else (_VILLAGE_NAMES.split(), "村")
    chosen = [names[(position * 5 + step) % len(names)] for step in range(VILLAGES_PER_TOWNSHIP)]
    return tuple(Village(f"{township}{step + (1 if urban else 200):03d}", word + suffix) for step, word in enumerate(chosen))


def _township(county: str, position: int, name: str) -> Township:
    code = f"{county}{position + (1 if name.endswith('街道') else 100):03d}"
    return Township(code, name, _villages(code, name, position))


@cache
def regions() -> tuple[County, ...]:
    """All counties with their townships and villages, in the order of their codes."""
    return tuple(
        County(code, name, tuple(_township(code, i, township) for i, township in enumerate(names.split())))
        for code, (name, names) in _TOWNSHIPS.items()
    )


@cache
def names_by_code() -> dict[str, str]:
    """Full name from the city down, for every county, township and village code."""
    names: dict[str, str] = {}
    for county in regions():
        names[county.code] = CITY + county.name
        for township in county.townships:
            names[township.code] = names[county.code] + township.name
            names.update({village.code: names[township.code] + village.name for village in township.villages})
    return names


def consistent(county: str, township: str, village: str) -> bool:
    """Does the village exist, and does it lie in the township, and that in the county?"""
    return (
        village in names_by_code()
        and village.startswith(township)
        and township.startswith(county)
        and len(township) == 9
        and len(county) == 6
    )
