"""Which pieces of a sentence may state a fact of their own, and what does not belong to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.clauses import bare, clauses

# A sentence, and its clauses as a colleague would note them down.
ENGLISH = {
    "We need two more pumps.": ["We need two more pumps"],
    "And we'll send you the drawings by 3 May.": ["we'll send you the drawings by 3 May"],
    "We'll ship it on Monday, and you'll get the invoice by Friday.": [
        "We'll ship it on Monday",
        "you'll get the invoice by Friday",
    ],
    "We'll ship it on Monday and you'll get the invoice by Friday.": [
        "We'll ship it on Monday",
        "you'll get the invoice by Friday",
    ],
    "I send the list; Pete sends the report.": ["I send the list", "Pete sends the report"],
    "We owe her a report by Monday and a failover test by July 26.": [
        "We owe her a report by Monday",
        "a failover test by July 26",
    ],
    "Please send the invoice, the delivery note and the certificate.": [
        "Please send the invoice, the delivery note and the certificate"
    ],
    "It ran without stops and line breaks.": ["It ran without stops and line breaks"],
    "The pump and the valve are broken.": ["The pump and the valve are broken"],
    "We'll come and fix it tomorrow.": ["We'll come and fix it tomorrow"],
    "By Friday, we will have the new offer ready.": ["By Friday, we will have the new offer ready"],
    "From January, Leila Haddad will be your account manager, while Tobias moves to our export team.": [
        "From January, Leila Haddad will be your account manager",
        "Tobias moves to our export team",
    ],
    "We prefer mail, because the line is bad here.": ["We prefer mail", "the line is bad here"],
    "We prefer mail because of the noise in the hall.": [
        "We prefer mail",
        "because of the noise in the hall",
    ],
    "Thursdays suit us best since I work from home then.": [
        "Thursdays suit us best",
        "I work from home then",
    ],
    "Since yesterday Tadhg is our integrations lead.": ["Since yesterday Tadhg is our integrations lead"],
    "It must stay below 8 ft so that the pivot clears.": ["It must stay below 8 ft", "the pivot clears"],
    "I'd rather have the cartridge seal, less fiddling.": [
        "I'd rather have the cartridge seal",
        "less fiddling",
    ],
    "He wants the logbook on paper, not in the app.": ["He wants the logbook on paper, not in the app"],
    "We need 65 pairs of trousers, half of them in long leg.": [
        "We need 65 pairs of trousers, half of them in long leg"
    ],
    "We need 2,400 kg at 10:30, gate 4.": ["We need 2,400 kg at 10:30, gate 4"],
    "Text beats calling, the baby's asleep half the day.": [
        "Text beats calling",
        "the baby's asleep half the day",
    ],
    "The quote is fine, the board has approved it, thanks.": [
        "The quote is fine",
        "the board has approved it",
    ],
    "Please note that the office moves in June.": ["the office moves in June"],
    "Please note the new address.": ["Please note the new address"],
    "This is to inform you that Mr. Bhatt has left the company.": ["Mr. Bhatt has left the company"],
    "I was told that you'd call back today.": ["you'd call back today"],
    "I was told the driver will come at noon.": ["the driver will come at noon"],
    "The trainer said he'd mail the slides by Monday.": ["he'd mail the slides by Monday"],
    "Engineer Sunil just told me he will bring the encoder.": ["he will bring the encoder"],
    "You said you'd call back on Monday.": ["You said you'd call back on Monday"],
    "You promised to call back today.": ["You promised to call back today"],
    "I heard the noise again last night.": ["I heard the noise again last night"],
    "For the winter order we need 65 pairs.": ["we need 65 pairs"],
    "On Monday we start with roof B.": ["On Monday we start with roof B"],
    "Thanks, I'll mail him the new list by Thursday.": ["I'll mail him the new list by Thursday"],
    "No, no. She went to the Cluj site.": ["She went to the Cluj site"],
    "No phone calls before 2pm please": ["No phone calls before 2pm"],
    "Lin, could you check the gate code?": ["could you check the gate code"],
    "Jake's back as transport planner btw 🙂🙂": ["Jake's back as transport planner"],
    "We love the new filter :-)": ["We love the new filter"],
    "PS: we also need the manual!": ["we also need the manual"],
    "Well pump 2 tripped overnight.": ["Well pump 2 tripped overnight"],
    "So far we have had no answer.": ["So far we have had no answer"],
    "Unloading – they lack a crane over 10 t": ["they lack a crane over 10 t"],
    "Tallybridge: sandbox ready by 14 April": ["Tallybridge: sandbox ready by 14 April"],
    "On the new glove: cut level D is a must": ["On the new glove", "cut level D is a must"],
    "Third-party inspection is mandatory.": ["Third-party inspection is mandatory"],
    "We need it Mon–Fri, 8-10.": ["We need it Mon–Fri, 8-10"],
    "OK": ["OK"],
    "Yes.": ["Yes"],
    "…": [],
    "👍": [],
    "": [],
}
CHINESE = {
    "选型表我填好后周四发给您。": ["选型表我填好后周四发给您"],
    "我重新报，明天上午发您。": ["我重新报", "明天上午发您"],
    "所以新泵底座不能超过这个数。": ["新泵底座不能超过这个数"],
    "另外说一下，图纸我更习惯收 DWG，PDF 尺寸总对不上。": ["图纸我更习惯收 DWG", "PDF 尺寸总对不上"],
    "对了，快件我们一般放南门收发室": ["快件我们一般放南门收发室"],
    "麻烦注意一下，周五不送货。": ["周五不送货"],
    "而且单块重量不能超过 22 公斤，屋面太老": ["单块重量不能超过 22 公斤", "屋面太老"],
    "那我跟厂里申请一下折扣": ["我跟厂里申请一下折扣"],
    "那个阀门还漏": ["那个阀门还漏"],
    "另外一台也坏了": ["另外一台也坏了"],
    "故机台最低温须达 -45 度": ["机台最低温须达 -45 度"],
    "故障还在": ["故障还在"],
    "书记说屋顶要留出晒粮的地方，至少三分之一": ["屋顶要留出晒粮的地方", "至少三分之一"],
    "冯晓雯讲洁净服要能进千级车间": ["洁净服要能进千级车间"],
    "跟我说事还是打字好": ["跟我说事还是打字好"],
    "我们说好周五发": ["我们说好周五发"],
    "说明书要中文的": ["说明书要中文的"],
    "她的话：夜里噪声不能超过 35 分贝": ["夜里噪声不能超过 35 分贝"],
    "备注：实验台承重至少 400 公斤": ["实验台承重至少 400 公斤"],
    "袁哥，一共要 26 套": ["一共要 26 套"],
    "许老师早，龚工这周三到您实验室调试": ["龚工这周三到您实验室调试"],
    "实在抱歉，我马上把您的号码删掉": ["我马上把您的号码删掉"],
    "下周五前，我们把合同寄出": ["下周五前，我们把合同寄出"],
    "我们把合同寄出，下周五前": ["我们把合同寄出，下周五前"],
    "石峰：三条备选路线": ["石峰：三条备选路线"],
    "付款照旧，我们习惯月结": ["付款照旧", "我们习惯月结"],
    "询价方面，我更愿意在网上下单": ["询价方面", "我更愿意在网上下单"],
    "价格从 1,200 涨到 1,500 了": ["价格从 1,200 涨到 1,500 了"],
    "会议 10：30 开始": ["会议 10：30 开始"],
    "我们电工小阮上周辞了 现在缺个能看懂后台的人 上次你们来开不了门": [
        "我们电工小阮上周辞了",
        "现在缺个能看懂后台的人",
        "上次你们来开不了门",
    ],
    "采购部 韩志强": ["采购部 韩志强"],
    "我们要 DN150 的阀门，请报价": ["我们要 DN150 的阀门", "请报价"],
    "运单号我晚点发您😄～": ["运单号我晚点发您"],
    "哦对，信息部新招的小耿下周入职": ["信息部新招的小耿下周入职"],
    "还有，发票要专票": ["发票要专票"],
    "样阀我们 7 月 18 日送到现场，测一天": ["样阀我们 7 月 18 日送到现场", "测一天"],
    "听说你们周末也送货": ["你们周末也送货"],
    "打电话才知道业务员小张已经离职": ["业务员小张已经离职"],
    "好的": ["好的"],
    "行。": ["行"],
    "不贵": ["不贵"],
    "。": [],
}


@pytest.mark.parametrize(("sentence", "expected"), [*ENGLISH.items(), *CHINESE.items()])
def test_a_clause_is_what_a_colleague_would_note_down(sentence: str, expected: list[str]) -> None:
    assert [sentence[start:end] for start, end in clauses(sentence)] == expected


def test_places_count_from_where_the_sentence_stands() -> None:
    text = "Hi Tom, and we'll call you."
    assert clauses(text[8:], 8) == [(12, 26)]
    assert bare(text, 8, len(text)) == (12, 26)
    assert bare(text, 3, 3) == (3, 3)


PIECES = st.sampled_from(
    [
        ", ",
        "; ",
        " – ",
        ": ",
        " and ",
        " because ",
        "we need",
        "please",
        "thanks",
        "the pump",
        "，",
        "：",
        "另外",
        "我们",
        "说",
        "😊",
        ":-)",
        "by Friday",
        "下周",
        " ",
        "He said ",
        "that ",
        "\n",
        ".",
        "周五",
        "Tom, ",
        "1",
        "’",
    ]
)


@given(st.text() | st.lists(PIECES | st.text(max_size=4), max_size=24).map("".join), st.integers(0, 9))
def test_clauses_lie_in_their_sentence_in_order(text: str, at: int) -> None:
    place = at
    for start, end in clauses(text, at):
        assert place <= start < end <= at + len(text)
        assert text[start - at : end - at].strip() == text[start - at : end - at]
        place = end
    start, end = bare(text, 0, len(text))
    assert 0 <= start <= end <= len(text)


@pytest.mark.timeout(120)  # in quadratic time it would take hours
@pytest.mark.parametrize("piece", [*"a ,;:-–.，王1\n👍İ", "On On ", "> a\n", "and "])
def test_two_million_characters_are_cut_in_one_go(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    assert sum(end - start for start, end in clauses(text)) <= len(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "a, the ",
        " and we",
        " because ",
        "we, ",
        "me by 3 and ",
        "For a b ",
        "He said ",
        "thanks, ",
        " - ",
        "王，",
        "王 ",
        "说",
        "周五，",
        "另外，",
        "please note that ",
        ". ",
        ":-) ",
        "A ",
        "王a",
        "所以",
    ],
)
def test_many_short_pieces_are_cut_in_one_go(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert sum(end - start for start, end in clauses(text)) <= len(text)
