"""Everything a made-up register draws by lot, from one seed: ids over time, names, ID numbers, telephone numbers."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from baiyun_desktop.kernel.resource import resource
from baiyun_desktop.registry.citizen_id import check_digit

LOCAL = timedelta(hours=8)
MONGOL_SHARE = 0.12

SURNAMES = (
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕"
    " 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史"
    " 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 欧阳 上官 司马 诸葛"
).split()
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红梅建国志文辉春海燕玲波斌宇浩凯健俊帆帅旭宁龙林欢凤洁琳素云莲真"
    "环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉山川天然国雨晨欣怡梓涵子轩思颖博学立业永福祥生喜才德厚长根树森东南西北成功"
)
MONGOL = "额尔敦 毕力格 巴特尔 苏和 斯琴 高娃 乌云 其其格 萨仁 托娅 那仁 朝克图 阿拉坦 呼和 哈斯 图雅 敖登 达来 宝音 吉雅".split()


class Chance:
    """Draws that repeat for one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        rows = resource("divisions", "areas_1502.csv").read_text("utf-8-sig").splitlines()[1:]
        near = [row.split(",")[0] for row in rows]
        far = ["152630", "152627", "150222", "130726", "140203", "411421", "341622", "510921", "621121", "610802"]
        self.homes = near + far * 3

    def pick(self, *weighted: tuple[str | None, int]) -> str | None:
        """One of the values, by weight."""
        values, weights = zip(*weighted, strict=True)
        return str(found) if (found := self.random.choices(values, weights)[0]) is not None else None

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def record_id(self, at_ms: int) -> str:
        """A UUIDv7 made at that moment."""
        value = (at_ms & (1 << 48) - 1) << 80 | self.random.getrandbits(80)
        value = value & ~(0xF << 76) | 0x7 << 76
        return f"{value & ~(0x3 << 62) | 0x2 << 62:032x}"

    def name(self) -> str:
        if self.often(MONGOL_SHARE):
            return "".join(self.random.sample(MONGOL, 2))
        rank = min(int(self.random.expovariate(1 / 22)), len(SURNAMES) - 1)
        return SURNAMES[rank] + "".join(self.random.choices(GIVEN, k=1 if self.often(0.18) else 2))

    def mobile(self) -> str:
        return self.random.choice(("13", "15", "18", "17", "19")) + f"{self.random.randrange(10**9):09d}"

    def birth(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.random.randrange(365))

    def citizen_number(self, home: str, born: date, *, male: bool) -> str:
        """A valid number: home district, birth date, three digits of which the last says the sex, check digit."""
        serial = self.random.randrange(1, 500) * 2 + int(male)
        first = f"{home}{born:%Y%m%d}{serial % 1000:03d}"
        number = first + check_digit(first)
        return number if not number.endswith("000") else self.citizen_number(home, born, male=male)

    def office_moment(self, first: date, days: int) -> int:
        """A moment in office hours of a working day, later days more often, as milliseconds since 1970 UTC."""
        while True:
            day = first + timedelta(days=int(days * self.random.random() ** 0.6))
            if day.weekday() < 5:
                break
        hours = self.random.uniform(8.5, 11.9) if self.often(0.55) else self.random.uniform(14.5, 17.9)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - LOCAL
        return int((start.timestamp() + hours * 3600) * 1000) + self.random.randrange(1000)


def day_of(at_ms: int) -> date:
    """The local day of a moment."""
    return (datetime.fromtimestamp(at_ms / 1000, UTC) + LOCAL).date()
