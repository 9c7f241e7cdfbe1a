"""Documents of people who do not exist, one of each kind, with the characters fonts stumble over."""
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from print.layouts.documents.content import (
    Acceptance,
    CaseProgress,
    Content,
    Head,
    HousingFund,
    Insurance,
    Movement,
    PaidItem,
    Payment,
    PaymentList,
    PaymentReceipt,
    Property,
    PropertyResult,
    SocialInsurance,
    Step,
)

BEIJING = timezone(timedelta(hours=8))
AT = datetime(2027, 3, 9, 10, 21, tzinfo=BEIJING)
NAME = "王𬱖䶮㛃𠮷"
ID_NUMBER = "342126195503072126"
EMPLOYER = "亳州市谯城区古井纺织有限公司"
HOME = "亳州市谯城区汤陵街道希夷大道88号药都花园"
OFFICE = "亳州市自然资源和规划局"
TAXES = "国家税务总局亳州市谯城区税务局"
ITEM = "不动产转移登记（存量房买卖）"
LONG_NAME = "古丽巴哈尔·阿卜杜热合曼克里木"
CODE = "BZ1:" + "6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDEPWK G2EP4J0BGJLFX3R3GHXK.*DOP+O6O9P/9DJ6R.G9SJ" * 3


def head(issuer: str = "亳州市社会保险事业管理中心", name: str = NAME, purpose: str = "子女入学") -> Head:
    return Head(issuer, "BZ-2027-000123", AT, date(2027, 6, 7), name, ID_NUMBER, purpose)


def social_insurance(name: str = NAME) -> SocialInsurance:
    return SocialInsurance(head(name=name), (
        Insurance("企业职工基本养老保险", "参保缴费", date(1996, 7, 1), date(2027, 2, 1), 358, EMPLOYER),
        Insurance("失业保险", "参保缴费", date(2003, 1, 1), date(2027, 2, 1), 290, EMPLOYER),
        Insurance("工伤保险", "参保缴费", date(2004, 1, 1), date(2027, 2, 1), 278, EMPLOYER),
        Insurance("职工基本医疗保险", "参保缴费", date(2001, 3, 1), date(2027, 2, 1), 312, EMPLOYER),
    ))  # fmt: skip


def payment_list(months: int = 60) -> PaymentList:
    payments = []
    for index in range(months):
        year, month = divmod(2022 * 12 + 2 + index, 12)
        raised = index // 12
        payments.append(Payment(date(year, month + 1, 1), "基本养老保险", EMPLOYER, 412_300 + 10_000 * raised,
                                32_984 + 800 * raised, 65_968 + 1_600 * raised, "已到账"))  # fmt: skip
    return PaymentList(head(), payments[0].month, payments[-1].month, tuple(payments))


def housing_fund() -> HousingFund:
    movements, balance = [], 2_318_450
    for index in range(24):
        year, month = divmod(2025 * 12 + 2 + index, 12)
        balance += 98_400
        movements.append(Movement(date(year, month + 1, 18), f"汇缴{year}年{month + 1}月", 98_400, 0, balance))
        if month + 1 == 6:
            balance += 34_512
            movements.append(Movement(date(year, 6, 30), "年度结息", 34_512, 0, balance))
    return HousingFund(head("亳州市住房公积金管理中心"), "3416000108823", EMPLOYER, "正常缴存", 410_000, 12,
                       date(2025, 3, 1), date(2027, 2, 1), tuple(movements), balance)  # fmt: skip


def properties(count: int = 2) -> PropertyResult:
    rows = (
        Property("皖（2019）亳州市不动产权第0012345号", HOME + "6幢2单元1203室", "成套住宅", 1_128_600,
                 "共同共有", date(2019, 5, 20), "抵押（中国建设银行亳州分行）"),
        Property("皖（2022）亳州市不动产权第0098765号", HOME + "地下车库B-217", "车库", 132_000, "单独所有",
                 date(2022, 11, 3), "无"),
    )  # fmt: skip
    return PropertyResult(head("亳州市不动产登记中心"), "亳州市（三县一区）", rows[:count])


def acceptance() -> Acceptance:
    return Acceptance(head("亳州市政务服务中心", purpose=""), "341602202703090012", ITEM, OFFICE, AT, 5,
                      date(2027, 3, 16), 8_000,
                      ("身份证明（系统共享）", "存量房买卖合同", "契税完税凭证（系统共享）"), "免费邮寄")  # fmt: skip


def case_progress(days_left: int | None = 3) -> CaseProgress:
    return CaseProgress(head("亳州市政务服务中心", purpose=""), "341602202703090012", ITEM, OFFICE, AT - timedelta(days=4),
                        date(2027, 3, 12), "审核中", days_left, (
        Step("受理", "政务大厅综合窗口", AT - timedelta(days=4), "材料齐全，予以受理。"),
        Step("初审", OFFICE, AT - timedelta(days=2), "权属清楚，同意。"),
        Step("审核", OFFICE, AT - timedelta(hours=3)), Step("登簿", OFFICE, None), Step("发证", "亳州市不动产登记中心", None),
    ))  # fmt: skip


def payment_receipt() -> PaymentReceipt:
    return PaymentReceipt(head(TAXES, purpose=""), TAXES, "34160127030900018842", AT, "微信扫码支付",
                          (PaidItem("城乡居民基本医疗保险", "2027年度", 40_000),
                           PaidItem("城乡居民基本养老保险", "2027年度", 300_050)))  # fmt: skip


ALL: dict[str, Content] = {
    "social_insurance": social_insurance(),
    "payment_list": payment_list(),
    "housing_fund": housing_fund(),
    "property": properties(),
    "no_property": properties(0),
    "acceptance": acceptance(),
    "case_progress": case_progress(),
    "payment_receipt": payment_receipt(),
}
