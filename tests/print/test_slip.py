"""Each slip says what happened, what to do and where, in both languages, and promises nothing else."""
from __future__ import annotations

import dataclasses
import itertools
import re
import string
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp

from print.fonts import NoGlyph
from print.layouts import slip as slips
from print.layouts.formats import BEIJING, mask_number
from print.layouts.slip import ClaimCode, Slip, SlipLine, lines
from print.layouts.slip_device import cells, device_rows, device_scale, needs_picture
from print.layouts.slip_paper import ACROSS_DOTS, DOT, SMALLEST_DOTS, draw, draw_sheet, line_picture
from print.layouts.slip_texts import TEXTS, Language
from print.raster import page_image
from tests.print.pictures import head_of

CLAIM = ClaimCode("K7Q4-M2XD")
WHERE = "一楼综合窗口"


def every_slip(language: Language = "zh_CN", name: str = "王秀英") -> dict[str, Slip]:
    head = head_of(language=language, name=name)
    return {
        "done": slips.CardHandedOver(head, "S020012345", True, date(2036, 11, 20)),
        "registering": slips.CardHandedOver(head, "S020012345", False),
        "power cut, card out": slips.CardHandedOver(head, "S020012345", False, power_cut=True),
        "kept": slips.CardKept(head, CLAIM, WHERE, date(2026, 12, 21)),
        "power cut, card kept": slips.CardKept(head, CLAIM, WHERE, power_cut=True),
        "spoiled": slips.NotMade(head, CLAIM, WHERE, True, ("counter", "terminal", "mail", "refund"), 1205),
        "not finished": slips.NotMade(head, CLAIM, WHERE, False),
        "mail": slips.MailOrdered(head, 24, "谯城区***", "1234567890123"),
        "unknown": slips.OutcomeUnknown(head, CLAIM, WHERE),
        "payment unknown": slips.OutcomeUnknown(head, CLAIM, WHERE, "payment", 1205),
        "handover unknown": slips.OutcomeUnknown(head, CLAIM, WHERE, "handover"),
        "refused": slips.Refused(head, "按身份证上的生日，您2027年3月8日满60岁。", date(2027, 3, 8), WHERE),
    }


NEEDED = {
    "done": ["老年证办好了", "证已经给您了，请拿好", "安徽省老年人优待证", "S020012345", "2036年11月20日", "已登记"],
    "registering": ["证请拿好", "登记中", "还没登记完，可能暂时不能用"],
    "power cut, card out": ["停电了。证已经给您了"],
    "kept": ["您的证收在机器里", "没有丢", "请带身份证找工作人员", WHERE, "2026年12月21日以前"],
    "power cut, card kept": ["停电了。证收在机器里，没有丢"],
    "spoiled": ["这次没有做成", "机器收回了", "12.05元", "另一台自助机", "寄到家", "退回您付款的账户"],
    "not finished": ["这次没有办完", f"1. 到{WHERE}接着办"],
    "mail": ["24小时内寄到", "不用花钱", "2026年11月22日 14:05", "谯城区***", "1234567890123"],
    "unknown": ["网断了，还不知道办成没有", "请别再办，我们会接着查", f"凭纸条可以到{WHERE}问"],
    "payment unknown": ["请先别再付", "12.05元"],
    "handover unknown": ["还不知道证有没有到您手里"],
    "refused": ["今天还办不了", "2027年3月8日", "这天起就能办", f"请到{WHERE}"],
}  # fmt: skip
FORBIDDEN = {
    "registering": ["已登记", "可以用了"],
    "kept": ["停电", "请拿好"],
    "power cut, card kept": ["请拿好"],
    "spoiled": ["请拿好"],
    "not finished": ["收回", "元", "退", "寄", "自助机"],
    "unknown": ["办好", "元", "已登记", "请拿好"],
    "handover unknown": ["请拿好", "办好", "没有丢"],
}  # fmt: skip
CASES = sorted(NEEDED)


def words_of(content: list[SlipLine]) -> str:
    return "\n".join(f"{line.label} {line.text}" for line in content if line.kind != "qr")


@pytest.mark.parametrize("case", CASES)
def test_slip_says_what_happened_and_nothing_it_cannot_know(case: str) -> None:
    text = words_of(lines(every_slip()[case]))
    for words in (*NEEDED[case], "谯城区政务服务中心 2号机", "2026年11月21日 14:05", "姓名 王秀英", "身份证 3416**********0021",
                  "请留好纸条", "有事请打 12345"):  # fmt: skip
        assert words in text, words
    for words in FORBIDDEN.get(case, []):
        assert words not in text, words


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_number_is_masked_and_birthday_is_not_on_paper(case: str, language: Language) -> None:
    whole = words_of(lines(every_slip(language)[case]))
    assert "341602195203080021" not in whole and "19520308" not in whole


@pytest.mark.parametrize("case", CASES)
def test_english_slip_has_the_same_shape_and_no_chinese_of_its_own(case: str) -> None:
    chinese, english = lines(every_slip()[case]), lines(every_slip("en")[case])
    assert [line.kind for line in chinese] == [line.kind for line in english]
    given = {"谯城区政务服务中心", "2号机", "王秀英", WHERE, "谯城区***", "按身份证上的生日，您2027年3月8日满60岁。"}
    text = words_of(english)
    for words in given:
        text = text.replace(words, "")
    assert not re.search("[\u4e00-\u9fff]", text), text


def test_every_sentence_has_the_same_parameters_in_both_languages() -> None:
    def names(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    for key, (chinese, english) in TEXTS.items():
        assert names(chinese) == names(english), key
        assert chinese and english


@pytest.mark.parametrize("case", ["kept", "spoiled", "not finished", "unknown", "payment unknown", "handover unknown"])
def test_claim_code_stands_large_in_words_and_as_qr_that_reads(case: str) -> None:
    slip = every_slip()[case]
    content = lines(slip)
    assert SlipLine("big", "K7Q4-M2XD") in content
    assert any(line.text == "念作：K 七 Q 四 M 二 X D" for line in content)
    assert [code.text for code in zxingcpp.read_barcodes(page_image(draw(slip), 203.2))] == ["K7Q4-M2XD"]


def test_issued_words_and_qr_are_used_where_there_are_some() -> None:
    claim = ClaimCode("K7Q4-M2XD", ("青山", "白鹭"), "https://example.org/c/K7Q4")
    content = lines(slips.OutcomeUnknown(head_of(), claim, WHERE))
    assert any(line.text == "念作：青山 白鹭" for line in content)
    assert SlipLine("qr", "https://example.org/c/K7Q4") in content


def test_companion_and_copy_are_said() -> None:
    text = words_of(lines(slips.MailOrdered(head_of(companion="张建国", copy=True), 48, free=False)))
    assert "陪同人 张建国" in text and "补打" in text and "不用花钱" not in text


def test_mask_of_masked_and_odd_numbers() -> None:
    assert mask_number("341602195203080021") == "3416**********0021"
    assert mask_number("3416**********0021") == "3416**********0021"
    assert mask_number("34160219520308002X") == "3416**********002X"
    assert mask_number("12345678") == "********"


def test_naive_time_is_refused_and_time_is_beijing_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        lines(slips.MailOrdered(head_of(at=datetime(2026, 11, 21, 6, 5)), 24))
    late = head_of(at=datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    assert "2027年1月1日 00:30" in words_of(lines(slips.MailOrdered(late, 24)))
    assert BEIJING.utcoffset(None) == timedelta(hours=8)


# on paper


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("case", CASES)
def test_on_paper_nothing_is_cut_overlaps_or_is_under_16_points(case: str, language: Language) -> None:
    sheet = draw_sheet(lines(every_slip(language, "阿卜杜热合曼·买买提吐尔逊江")[case]))
    assert sheet.width == pytest.approx(80 / 25.4 * 72)
    for box in sheet.boxes:
        assert box.left >= 32 * DOT - 0.01 and box.right <= (32 + ACROSS_DOTS) * DOT + 0.01, box
        assert box.top - box.bottom >= 16 and SMALLEST_DOTS * DOT >= 16
    for one, other in itertools.combinations(sheet.boxes, 2):
        assert not one.overlaps(other), (one, other)


@pytest.mark.parametrize("case", CASES)
def test_paper_carries_every_word_of_the_lines(case: str) -> None:
    slip = every_slip(name="王𬱖䶮㛃𠮷")[case]
    page = pypdfium2.PdfDocument(draw(slip))[0].get_textpage().get_text_range()
    for line in lines(slip):
        if line.kind not in ("qr", "rule"):
            assert (line.label + line.text).replace(" ", "") in re.sub(r"[\s\ufffe]", "", page), line


def test_claim_code_is_the_largest_text() -> None:
    sheet = draw_sheet(lines(every_slip()["kept"]))
    assert max(sheet.boxes, key=lambda box: box.top - box.bottom).text == "K7Q4-M2XD"


def test_equal_slips_are_equal_bytes() -> None:
    assert draw(every_slip()["kept"]) == draw(every_slip()["kept"])


def test_name_without_glyph_is_refused_and_the_caller_can_ask_before() -> None:
    with pytest.raises(NoGlyph):
        draw(every_slip(name="王\U0002EBF0")["done"])


@pytest.mark.parametrize("case", CASES)
def test_picture_of_each_line_is_one_bit_and_as_wide_as_the_head(case: str) -> None:
    for line in lines(every_slip()[case]):
        picture = line_picture(line)
        assert (picture.mode, picture.width) == ("1", 576)
        assert picture.getextrema() == (0, 255)


def test_picture_of_a_rare_name_differs_from_its_neighbour() -> None:
    assert line_picture(SlipLine("pair", "王𬱖", "姓名")).tobytes() != line_picture(SlipLine("pair", "王𠮷", "姓名")).tobytes()


def test_qr_reads_from_its_own_picture() -> None:
    assert zxingcpp.read_barcodes(line_picture(SlipLine("qr", "K7Q4-M2XD")).convert("L"))[0].text == "K7Q4-M2XD"


# in the printer's own font


def test_only_what_the_printer_may_not_know_needs_a_picture() -> None:
    assert not needs_picture(SlipLine("pair", "买买提·吐尔逊", "姓名"))
    for rare in "𬱖䶮㛃𠮷":
        assert needs_picture(SlipLine("pair", f"王{rare}", "姓名"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("case", CASES)
def test_rows_for_the_printer_are_whole_and_fit_the_head(case: str, language: Language) -> None:
    for line in lines(every_slip(language, "阿卜杜热合曼·买买提吐尔逊江")[case]):
        rows = device_rows(line)
        if line.kind in ("qr", "rule"):
            assert rows == []
            continue
        assert "".join(rows).replace(" ", "") == (line.label + line.text).replace(" ", "")
        assert all(cells(row) * device_scale(line) <= 48 for row in rows)
        assert device_scale(line) >= 2
    assert device_scale(SlipLine("big", "K7Q4-M2XD")) == 3, "the printer magnifies three times at most"


def test_slip_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        every_slip()["done"].head = head_of()  # type: ignore[misc]
