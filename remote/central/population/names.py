"""Names as they are met at a counter in Bozhou: common, rare characters, the minorities' with the middle dot, long ones."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 "
    "唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 "
    "余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 "
    "毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 "
    "欧阳 诸葛 夏侯"
)
SURNAMES = _SURNAMES.split()
SURNAME_WEIGHTS = [max(60 - i, 2) for i in range(len(SURNAMES))]
_WOMEN = (
    "秀英 桂英 秀兰 玉兰 桂兰 凤英 玉英 兰英 素珍 玉珍 秀珍 淑珍 桂芝 凤兰 金花 翠英 "
    "爱英 素兰 美英 玉梅 秀梅 春梅 红梅 雪梅 桂荣 秀荣 敏 静 丽 艳 芳 娟 霞 燕 婷 莉 "
    "雪 倩 慧 颖 梦瑶 雨欣 子涵 诗涵 欣怡 思雨 佳怡 梓萱"
)
WOMEN = _WOMEN.split()
_MEN = (
    "建国 建华 国强 志强 志明 德全 德福 广才 广林 永福 永贵 家福 家旺 学文 学武 保国 "
    "卫东 红军 爱民 占魁 登科 金山 长河 大庆 新民 传宝 伟 强 磊 军 勇 杰 涛 超 明 刚 "
    "平 辉 鹏 浩 宇轩 浩然 子轩 俊杰 博文 天佑 嘉豪 梓豪"
)
MEN = _MEN.split()
ELDER_COUNT = 26  # of each list: names given before 1970
RARE = ("𬱖", "䶮", "㛃", "𠮷")  # CJK Extension F, A, A, B: fonts and chips stumble over them
_MINORITY_FIRST = "买买提 艾力 阿不都热合曼 吐尔逊 阿依古丽 古丽娜尔 热依汗 帕提古丽 玉素甫 卡德尔"
MINORITY_FIRST = _MINORITY_FIRST.split()
_MINORITY_LAST = "吐尔逊 阿不都拉 买买提 依明 卡斯木 热西提 艾合买提 库尔班"
MINORITY_LAST = _MINORITY_LAST.split()


def long_name() -> str:
    """Fifteen characters, the most the chip can hold (facts/domain.md 5.1)."""
    return "古丽巴哈尔·阿卜杜热合曼克里木"


def name(random: Random, woman: bool, elder: bool) -> tuple[str, str]:
    """(name, nation)."""
    dice = random.random()
    if dice < 0.004:
        return f"{random.choice(MINORITY_FIRST)}·{random.choice(MINORITY_LAST)}", "维吾尔"
    surname = random.choices(SURNAMES, SURNAME_WEIGHTS)[0]
    given = WOMEN if woman else MEN
    if dice < 0.010:
        return surname + random.choice(RARE), "汉"
    first = random.choice(given[:ELDER_COUNT] if elder else given[ELDER_COUNT:])
    return surname + first, "回" if dice < 0.03 else "汉"
