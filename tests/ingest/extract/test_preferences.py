"""What a preference is about, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.preferences import aspect

ASPECTS = ["channel", "time", "manner", "no_contact", "language", "payment", "delivery", "product"]
ENGLISH = [
    ("I'd rather be written to than called", "channel"),
    ("text beats calling", "channel"),
    ("Email works best for me", "channel"),
    ("please ping me here instead of ringing", "channel"),
    ("I don't do email", "channel"),
    ("I do not wish to discuss this on the phone", "channel"),
    ("Invoices by e-mail are easier for us than the portal", "channel"),
    ("We'd sooner meet face to face", "channel"),
    ("don't call me, WhatsApp instead", "channel"),
    ("Mornings suit us best", "time"),
    ("She wants calls after 4 pm only", "time"),
    ("No phone calls before 2pm", "time"),
    ("Ideally not on Fridays", "time"),
    ("he'd like the drilling done before nine", "time"),
    ("Weekday evenings are best for a visit", "time"),
    ("We would like the same technician as last time", "manner"),
    ("one contact for service and consumables", "manner"),
    ("She wants invoices as PDF only", "manner"),
    ("we prefer Excel over PDF for such things", "manner"),
    ("I'd rather deal with the caretaker than the office", "manner"),
    ("I like my reports short, with bullet points", "manner"),
    ("one reminder mail a week is plenty for me", "manner"),
    ("I'd rather keep our meetings to half an hour", "manner"),
    ("we like it that way", "manner"),
    ("please don't call our customers any more", "no_contact"),
    ("stop sending letters to her address", "no_contact"),
    ("I never want to be contacted again", "no_contact"),
    ("take me off your mailing list", "no_contact"),
    ("I'd rather you didn't ring my people", "no_contact"),
    ("no more newsletters", "no_contact"),
    ("we'd prefer the course in Dutch", "language"),
    ("he prefers to speak Marathi", "language"),
    ("Mr Ferreira likes to be addressed in Portuguese", "language"),
    ("You like your invoices in Finnish", "language"),
    ("Direct debit is our usual way", "payment"),
    ("he'd rather pay by check than online", "payment"),
    ("she'd rather go on 30 days", "payment"),
    ("We prefer to be invoiced in dirhams", "payment"),
    ("half up front and half on acceptance", "payment"),
    ("we prefer one delivery a month", "delivery"),
    ("I like my deliveries after eight", "delivery"),
    ("the parcel is best left in the porch", "delivery"),
    ("We'd rather have the pallets unloaded at the rear gate", "delivery"),
    ("we'd go for grey rather than black", "product"),
    ("I'd rather have the cartridge seal", "product"),
    ("My people get on best with wooden handles", "product"),
    ("We would favour a hydraulic drive", "product"),
]
CHINESE = [
    ("我更习惯用微信联系", "channel"),
    ("段总偏好邮件往来", "channel"),
    ("有事发短信最好", "channel"),
    ("小葛习惯当面谈", "channel"),
    ("我更愿意接办公室座机", "channel"),
    ("开会我偏好线上", "channel"),
    ("跟我说事还是打字好", "channel"),
    ("我喜歡用電話聯絡", "channel"),
    ("老蒋喜欢上午谈事情", "time"),
    ("联系我的话晚上七点以后比较好", "time"),
    ("上门我们家偏好周末", "time"),
    ("我喜欢傍晚接电话", "time"),
    ("保养日希望避开星期一", "time"),
    ("午休的时候别来", "time"),
    ("我们希望固定由鲁师傅来", "manner"),
    ("发票我们更愿意收电子版", "manner"),
    ("高老师偏好看纸质资料", "manner"),
    ("汇报材料他偏爱一页纸", "manner"),
    ("图纸我更习惯收 DWG", "manner"),
    ("我们领导喜欢先看结论", "manner"),
    ("以后只对接王队长一个人", "manner"),
    ("他希望直接看真实系统", "manner"),
    ("请不要再给我打电话", "no_contact"),
    ("我不希望再接到推销电话", "no_contact"),
    ("别再发广告了", "no_contact"),
    ("请勿打扰", "no_contact"),
    ("發給我的行銷信請退订", "no_contact"),
    ("发给他的邮件希望用英文写", "language"),
    ("跟我讲普通话就好", "language"),
    ("说明书最好有中文的", "language"),
    ("粤语我听着自在", "language"),
    ("我们习惯月结", "payment"),
    ("付款他倾向分三笔走", "payment"),
    ("我们更愿意验收后一次付清", "payment"),
    ("运费我们倾向到付", "payment"),
    ("报价我们偏好以美元计价", "payment"),
    ("宁可多等两天也想走顺丰", "delivery"),
    ("快件我们一般放南门收发室", "delivery"),
    ("我们还是愿意送货上门", "delivery"),
    ("运输我们偏好海运", "delivery"),
    ("颜色她倾向白配浅蓝", "product"),
    ("她一直偏爱进口品牌", "product"),
    ("我个人更喜欢连体款", "product"),
    ("接口方面我们倾向法兰连接", "product"),
    ("手感方面她更中意全棉", "product"),
    ("轿厢装饰我喜欢木纹那种", "product"),
]


@pytest.mark.parametrize(("clause", "about"), ENGLISH + CHINESE)
def test_a_preference_is_about_what_its_words_say(clause: str, about: str) -> None:
    assert aspect(clause) == about


@pytest.mark.parametrize(("clause", "about"), ENGLISH)
def test_capital_letters_and_full_stops_change_nothing(clause: str, about: str) -> None:
    assert aspect(clause.upper()) == aspect(f"  {clause}.") == about


@given(st.text())
def test_any_text_is_about_one_of_the_eight(text: str) -> None:
    assert aspect(text) in ASPECTS


@pytest.mark.parametrize("piece", ["no ", "not me ", "invoices ", "不要", " ", "a", "周", "better not "])
def test_a_text_without_end_is_read_as_far_as_clauses_go(piece: str) -> None:
    assert aspect(piece * 200_000) == aspect(piece * 1_000)
