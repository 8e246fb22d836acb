"""Who owes a promise: the one who acts in it, whoever says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.candidates import Side
from ingest.extract.commitments import holder

# What the speaker owes, whichever side speaks.
OWN = [
    "I'll send you the drawings by 3 May",
    "we deliver the revised noise plan by June 14",
    "I'm posting the keys tonight",
    "Our accounts team will send you the PO number in three days",
    "My boss signs on Thursday",
    "Let me check that with the foundry",
    "Leave it with me",
    "You will receive the certificate within five working days",
    "you'll hear from me on Thursday",
    "By the end of next month you also get the inspection report",
    "Purchase order will be released by us within two weeks",
    "Log file will be emailed to you tonight",
    "money goes out to you on Friday",
    "Your two trailers go on tonight's ferry",
    "Either Kenny or I will drop it off",
    "once you sign, we ship the same day",
    "As agreed we waive the fee",
    "I promised the alignment report for Tuesday",
    "It falls to us to re-test the string",
    "a failover test by July 26",
    "2 extra crates next week on me",
    "the refund reaches your account tomorrow",
    "i'll drop the new times in here tomorrow",
    "We owe her a written report by end of day",
    "运单号我晚点发您",
    "我们周五前把合同寄出",
    "探头我们免费换",
    "我让助理整理",
    "三个工作日内给您出报告",
    "签收单明天拍给您",
    "您反映的问题我会在例会上提",
    "您放心，货到当天打款",
    "不用您跑，我们派人去取",
    "等我到家量一下尺寸",
    "您付款后我们当天发货",
    "复检报告我方三个工作日内上传",
    "下次评审由我主持",
    "井道图纸由我院基建科提供",
    "我们的设计师会在两周内完成复核",
    "借泵协议我明天传给您",
    "运费算我们的",
    "您的退款明天到账",
    "我答应下周二带简历过去",
    "尾款下周五付清",
]
# What the other side owes.
OTHER = [
    "you clear the attic by mid May",
    "You promised to call back today",
    "Your engineer said he'd be here by ten",
    "you guaranteed me a pair in size 46",
    "you owe us a credit note",
    "We were assured in writing that the log would ship",
    "I was promised a refund in April",
    "The rail company promised us the refund within 28 days",
    "Rosa gets us the loan terms by the end of February",
    "we'd hear about a date by Friday",
    "I'm waiting for the drawings you mentioned",
    "we'll get the list from you on Monday",
    "your accounts people pay it tomorrow",
    "You were going to send the vibration report",
    "that will be sorted by you before noon",
    "please note that you lot send the drawings",
    "you get back to us tomorrow",
    "So you're sending Gary round on Thursday",
    "your team will pick it up at noon",
    "You said the refund would take five days",
    "你们答应两天内给答复",
    "您答应今天回电的",
    "您答应过我，今年不涨价",
    "说好三天内给我回复的",
    "当初说好送两次培训",
    "贵方负责把吊篮装好",
    "贵司周三前给尺码表",
    "合同第三批六台泵你们答应四月到厂的",
    "你们销售保证送的脚垫",
    "你们售后答应给我换台新的",
    "历史数据清洗由贵方信息科负责",
    "前天你跟我保证明天就到",
    "您签约时答应的两次培训",
    "对方月底前把欠款结清",
    "名单你明天发我",
    "等您确认之后您把样品寄来",
    "按合同由你们送到码头",
    "你们出人",
    "你说周一给准信",
    "您那边财务下周付款",
]
SIDES = {"Laurel Stein": Side.US, "Jim": Side.CUSTOMER, "石峰": Side.US, "池经理": Side.CUSTOMER}


@pytest.mark.parametrize("speaker", Side)
@pytest.mark.parametrize("clause", OWN)
def test_who_says_that_they_act_owes_it(clause: str, speaker: Side) -> None:
    assert holder(clause, speaker, None) is speaker
    assert holder(clause, None, speaker) is speaker
    assert holder(clause, speaker, speaker.other) is speaker


@pytest.mark.parametrize("speaker", Side)
@pytest.mark.parametrize("clause", OTHER)
def test_who_is_held_to_act_owes_it(clause: str, speaker: Side) -> None:
    assert holder(clause, speaker, None) is speaker.other


@pytest.mark.parametrize(
    ("clause", "author", "owes"),
    [
        ("She'll introduce him to the board in November", Side.US, Side.CUSTOMER),
        ("Piotr mails photos of the DC side by tomorrow noon", Side.US, Side.CUSTOMER),
        ("Dr Amrani to send the room plan by 20 June", Side.US, Side.CUSTOMER),
        ("the client returns the questionnaire on Monday", Side.US, Side.CUSTOMER),
        ("our engineer visits them on Friday", Side.US, Side.US),
        ("the fitter comes back on Tuesday", Side.US, Side.US),
        ("他答应年底前把欠的八万结清", Side.US, Side.CUSTOMER),
        ("客户月底前确认是否独占车厢", Side.US, Side.CUSTOMER),
        ("对账单我明天先发他", Side.US, Side.US),
        ("打样间下周五出第一件样衣", Side.US, Side.US),
    ],
)
def test_in_our_notes_a_third_person_is_of_the_customer(clause: str, author: Side, owes: Side) -> None:
    assert holder(clause, None, author) is owes
    assert holder(clause, None, author, note=True) is owes


@pytest.mark.parametrize(
    ("clause", "author", "owes"),
    [
        ("Arjun will run the sizing", Side.US, Side.US),
        ("he rings you next Tuesday", Side.US, Side.US),
        ("she'll send you the forecast", Side.CUSTOMER, Side.CUSTOMER),
        ("he will bring the encoder this afternoon", Side.CUSTOMER, Side.US),
        ("the trainer would mail the slides by Monday", Side.CUSTOMER, Side.US),
        ("师傅明早八点过去换", Side.US, Side.US),
        ("王工说好上午十点到机房", Side.CUSTOMER, Side.US),
    ],
)
def test_in_what_is_written_to_the_other_side_it_is_one_of_us(clause: str, author: Side, owes: Side) -> None:
    assert holder(clause, None, author, note=False) is owes


@pytest.mark.parametrize(
    ("clause", "owes"),
    [
        ("Laurel sends the sandbox plan", Side.US),
        ("Laurel Stein: sandbox plan, end of next week", Side.US),
        ("Jim: list of custom fields", Side.CUSTOMER),
        ("Jim will prepare the list", Side.CUSTOMER),
        ("石峰 7 月 22 日前给出三条路线", Side.US),
        ("池经理月底前确认", Side.CUSTOMER),
    ],
)
def test_people_whose_side_is_known_owe_for_it(clause: str, owes: Side) -> None:
    for author in Side:
        assert holder(clause, None, author, SIDES) is owes


def test_a_longer_name_is_somebody_else() -> None:
    assert holder("Jimmy's team sends the list", None, Side.US, SIDES, note=False) is Side.US


@given(st.text(), st.sampled_from([None, *Side]), st.sampled_from([None, *Side]), st.booleans())
def test_somebody_owes_wherever_it_is_known_who_speaks(
    clause: str, speaker: Side | None, author: Side | None, note: bool
) -> None:
    owes = holder(clause, speaker, author, SIDES, note=note)
    assert (owes is None) == (speaker is None and author is None)


@pytest.mark.parametrize("piece", ["I ", "you ", " ", "to ", "给", "Once ", "后", "Aa ", "was ", "x"])
def test_a_text_without_end_is_read_as_far_as_clauses_go(piece: str) -> None:
    assert holder(piece * 200_000, Side.US, None) is holder(piece * 1_000, Side.US, None)
