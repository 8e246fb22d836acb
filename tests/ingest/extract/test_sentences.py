"""Where sentences end, what a wrapped line is, and who speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.parts import PartKind, parts
from ingest.extract.sentences import sentences


def said(text: str, known: tuple[str, ...] = ()) -> list[tuple[str | None, str]]:
    return [(sentence.speaker, sentence.text) for sentence in sentences(text, parts(text), known)]


# A sentence ends at each "|", which is not in the text.
ENDS = [
    "It works.| We need two.| Thanks for that!",
    "We met Mr. Reed and Dr. Vogt.| Both agreed.",
    "Contact T. Rowe or J. K. Lindqvist.| They know.",
    "See No. 5 of the list.| It leaks.",
    "No.| We don't want it.",
    "We start at 8 a.m.| We stop at 5 p.m. on Fridays.",
    "Come at 8 a.m. Monday.| Bring it.",
    "I am away till 29 Oct.| Sneha stands in for me.",
    "Order it by Fri. 3 May, please.| Thanks for that.",
    "Use a seal, e.g. the blue one.| It lasts.",
    "Seals, hoses etc.| We need them all.",
    "Seals, hoses etc. are missing.",
    "Acme Inc. has moved.| They grew.",
    "It costs 3.50 a piece.| That is fine.",
    "See https://firm.example/a.html?x=1.2 for it.| It is short.",
    "Write to a.b@firm.example.| We answer.",
    "Version 2.1.3 is out.| Install it.",
    "We take plan B.| Send the papers.",
    "Well... we could wait.| Fine.",
    "It broke...| We need another one.",
    "Really?!| Who said so?",
    'Is it "ready"?| "Yes."| Good.',
    "(It is late.)| We wait.",
    "Great 😊| we need two more",
    "Thanks a lot 🙏🏽| See you",
    "There was a delay.|You are to wait.",
    "3. Send the list.| 4. Pay.",
    "We need 5.| They have 3.",
    "approx. 5 units fit.| Good.",
    "Fig. 3 shows it.| Look.",
    "is it out yet?| we need it",
    "昨天现场量过了。|扬程我们要 58 米以上。|选型表周四发给您。",
    "能换吗？|价格还能再谈！|好",
    "底座只有 1.1 米长，|"[:-1] + "不能再大。|谢谢。",
    "我们要十台；|下周三前送到。",
    "他说：“可以。”|我们就定了。",
    "嗯……|我们要十台",
    "没耽误吧😄| 运单号我晚点发您",
    "盖章太慢😵|开票信息我周五给你",
    "好的～|明天发您",
    "温度 5～10 度都行。|湿度不管。",
    "请联系 J. Weber。|他在慕尼黑。",
    "型号是 A.3 的。|别弄错",
    "We need OEM 证书。|Please send it.",
    "价格是5.5元.|我们同意",
    "今天不行?|明天呢",
    "没有标点的一句话",
    "no punctuation at all",
    "一、先付三成。|余款验收后付。"[2:],
    "OK!!!| Let's go.",
]


@pytest.mark.parametrize("marked", ENDS)
def test_a_sentence_ends_where_a_reader_stops(marked: str) -> None:
    expected = [(None, piece.strip()) for piece in marked.split("|")]
    expected = [(None, piece.removeprefix("3. ")) for _, piece in expected]
    assert said(marked.replace("|", "")) == expected


LINES = [
    ("First line\nsecond line", ["First line", "second line"]),
    ("- Roof B is out\n- Must stay under 8 ft", ["Roof B is out", "Must stay under 8 ft"]),
    ("1. one pump\n2) two valves\n(c) a hose", ["one pump", "two valves", "a hose"]),
    ("☐ 石峰给出三条路线\n☑ 样品试运", ["石峰给出三条路线", "样品试运"]),
    ("（一）轿厢净深不小于 2.1 米\n二、必须自动平层", ["轿厢净深不小于 2.1 米", "必须自动平层"]),
    ("① 昨日完成清洗；\n② 发现热斑两块；", ["昨日完成清洗；", "发现热斑两块；"]),
    ("5 units\n-5 °C at night", ["5 units", "-5 °C at night"]),
    (
        "We would like to know whether two of the pumps could ship as soon\nas possible, as it rains.",
        ["We would like to know whether two of the pumps could ship as soon\nas possible, as it rains."],
    ),
    (
        "We have spoken about that with our\nMr Smith on Monday.",
        ["We have spoken about that with our\nMr Smith on Monday."],
    ),
    (
        "We have shipped both of the pumps to the site in Leeds last Monday.\nthe fitter comes",
        ["We have shipped both of the pumps to the site in Leeds last Monday.", "the fitter comes"],
    ),
    (
        "屋顶东侧二号逆变器昨天下午三点起离线面板绿灯还亮着电表也还在走字但是通\n讯中断了",
        ["屋顶东侧二号逆变器昨天下午三点起离线面板绿灯还亮着电表也还在走字但是通\n讯中断了"],
    ),
    ("短的一行\n另一行", ["短的一行", "另一行"]),
    ("We need these two things from you before the end of this long month:\nthe seal", None),
    ("a\n\nb", ["a", "b"]),
    ("***\n---\n👍", []),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_a_line_is_a_sentence_unless_it_was_wrapped(text: str, expected: list[str] | None) -> None:
    found = [sentence for _, sentence in said(text)]
    assert found == (text.split("\n") if expected is None else expected)


SPEAKERS: list[tuple[str, tuple[str, ...], list[tuple[str | None, str]]]] = [
    ("Anna: hello. ok\nBen: yes", (), [("Anna", "hello."), ("Anna", "ok"), ("Ben", "yes")]),
    ("[09:12] Anna: hello\n[09:13] Ben: yes", (), [("Anna", "hello"), ("Ben", "yes")]),
    ("09:12 Anna Schmidt: hello\n09:13 Dr Vogt: yes", (), [("Anna Schmidt", "hello"), ("Dr Vogt", "yes")]),
    ("14/03/2025, 09:12 - Jan: hi all\n14/03/2025, 09:13 - Eva: yo", (), [("Jan", "hi all"), ("Eva", "yo")]),
    ("Anna (09:12): hello\nBen (09:13): yes", (), [("Anna (09:12)", "hello"), ("Ben (09:13)", "yes")]),
    ("Gareth (us): Sure.\nLin Okafor: Good.", (), [("Gareth (us)", "Sure."), ("Lin Okafor", "Good.")]),
    ("**Anna:** hello\n**Ben:** yes", (), [("Anna", "hello"), ("Ben", "yes")]),
    (
        "李娜（我方）：报价您看了吗？\n许老师：看了。",
        (),
        [("李娜（我方）", "报价您看了吗？"), ("许老师", "看了。")],
    ),
    ("客服 9031：您好。\n客户：我要退货", (), [("客服 9031", "您好。"), ("客户", "我要退货")]),
    ("李娜 2024/3/4 09:12\n好的\n王总 2024/3/4 09:13\n收到", (), [("李娜", "好的"), ("王总", "收到")]),
    (
        "[09:12] Anna Schmidt\nhello\n[09:13] Ben Roe\nyes",
        (),
        [("Anna Schmidt", "hello"), ("Ben Roe", "yes")],
    ),
    ("Anna: hello\nand more\nBen: yes", (), [("Anna", "hello"), ("Anna", "and more"), ("Ben", "yes")]),
    ("Anna: hello", ("Anna Schmidt",), [("Anna", "hello")]),
    ("Anna: hello", (), [(None, "Anna: hello")]),
    ("pat: hiya", ("Pat, Wessex Tunnelling", "pat"), [("pat", "hiya")]),
    ("Note: it leaks\nPrice: 500", (), [(None, "Note: it leaks"), (None, "Price: 500")]),
    ("备注：承重至少 400 公斤\n时间：周五", (), [(None, "备注：承重至少 400 公斤"), (None, "时间：周五")]),
    (
        "They need a pump.\nIt must be red.\nWe agreed.\n– Helen: list of users\n– Dan: the estimate",
        (),
        [
            (None, "They need a pump."),
            (None, "It must be red."),
            (None, "We agreed."),
            ("Helen", "Helen: list of users"),
            ("Dan", "Dan: the estimate"),
        ],
    ),
    ("- Anna: I'll ask\n- Ben: we pay", (), [("Anna", "I'll ask"), ("Ben", "we pay")]),
    ("See http://a.example\nAt 10:30 we go", (), [(None, "See http://a.example"), (None, "At 10:30 we go")]),
    ("1 Anna: x", (), [(None, "1 Anna: x")]),
]


@pytest.mark.parametrize(("text", "known", "expected"), SPEAKERS)
def test_who_speaks_is_told_by_names_ahead_of_lines(
    text: str, known: tuple[str, ...], expected: list[tuple[str | None, str]]
) -> None:
    assert said(text, known) == expected


def test_what_is_quoted_or_signed_has_no_sentences() -> None:
    text = "Hi Tom,\nit works.\n\nBest\nAnn\n\nOn 4 Mar 2025, Tom wrote:\n> Does it work?"
    assert said(text) == [(None, "it works.")]


PIECES = st.sampled_from(
    [
        "Anna:",
        "a.m.",
        "No.",
        "5",
        "...",
        "。",
        "！",
        "😊",
        "\n",
        "\n\n",
        " ",
        "- ",
        "1. ",
        "我们要",
        "(",
        "”",
        "~",
        "J.",
        "[09:12] Anna",
    ]
)


@given(
    st.text() | st.lists(PIECES | st.text(max_size=6), max_size=20).map("".join),
    st.sets(st.text(max_size=5), max_size=2),
)
def test_sentences_stand_in_the_body_in_order(text: str, known: set[str]) -> None:
    found = parts(text)
    body = [part for part in found if part.kind is PartKind.BODY]
    place = 0
    for sentence in sentences(text, found, known):
        assert place <= sentence.start < sentence.end
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip()
        assert any(part.start <= sentence.start and sentence.end <= part.end for part in body)
        assert any(character.isalnum() for character in sentence.text)
        place = sentence.end


@pytest.mark.timeout(120)  # in quadratic time it would take hours
@pytest.mark.parametrize("piece", [*"a.>。😊- :1(", "\n", "> a\n", "On On "])
def test_two_million_characters_are_read_in_one_go(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    found = sentences(text, parts(text), ("Anna",))
    assert sum(len(sentence.text) for sentence in found) <= len(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "a\n",
        "e.g. ",
        "a. ",
        "A. ",
        "Anna: a\n",
        "- Anna: a\n",
        "word " * 13 + "the\n",
        "我们" * 20 + "\n",
        "Anna 09:12\n",
        "[09:12] ",
        "...a",
        "1. ",
        "~a",
        "a,\n",
        "? ",
    ],
)
def test_many_short_pieces_are_read_in_one_go(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    found = sentences(text, parts(text), ("Anna",))
    assert sum(len(sentence.text) for sentence in found) <= len(text)


@pytest.mark.parametrize(
    ("text", "known", "turns"),
    [
        (
            "Dale: Two read zero. Corinne (us): Zero flat? Dale: Flat. I need both.",
            (),
            [
                ("Dale", "Two read zero."),
                ("Corinne (us)", "Zero flat?"),
                ("Dale", "Flat."),
                ("Dale", "I need both."),
            ],
        ),
        (
            "温师傅：又漏汤了。郝志刚（我方）：LP-60 吗？温师傅：对。",
            (),
            [("温师傅", "又漏汤了。"), ("郝志刚（我方）", "LP-60 吗？"), ("温师傅", "对。")],
        ),
        (
            "Marek: It hasn't shown up. Bram: I'm calling the hub.",
            ("Marek Dvorak",),
            [("Marek", "It hasn't shown up."), ("Bram", "I'm calling the hub.")],
        ),
        (
            "We met. Place: the main hall. Phone: none so far.",
            (),
            [(None, "We met."), (None, "Place: the main hall."), (None, "Phone: none so far.")],
        ),
        ("It leaks. Dale: fine.", ("Dale",), [(None, "It leaks."), (None, "Dale: fine.")]),
    ],
)
def test_speakers_may_take_turns_in_one_line(
    text: str, known: tuple[str, ...], turns: list[tuple[str | None, str]]
) -> None:
    assert said(text, known) == turns
