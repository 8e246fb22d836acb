"""What of a message is its author's own word, in mails, replies and notes of both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.parts import PartKind, parts

KINDS = {
    "b": PartKind.BODY,
    "g": PartKind.GREETING,
    "q": PartKind.QUOTE,
    "s": PartKind.SIGNATURE,
    "d": PartKind.DISCLAIMER,
}

# Messages as they are written, each under its title. The letter ahead of a line says what it is ("b" for
# body), and "g+" that a greeting stands ahead of the text, parted from it by "|".
MESSAGES = """
== a mail with greeting and formula
g|Hello Denise,
|
b|Two things from our side.
|
s|Regards
s|Colleen Mathis
s|Tel. 559 555 0143
== a formula with the name on its line
g|Hi Tom,
b|we need two more by Friday.
s|Thanks, Anna
== a formula in two lines
b|Please send it.
|
s|Thank you
|
s|Best regards,
s|Anna Schmidt
s|Head of Purchasing
s|anna@firm.example
== no formula, but a name
b|Sizes are attached.
|
s|Lorraine
s|Sound Drywall Inc.
== name, post, company, telephone
b|We need 40 units by Friday.
|
s|M. Selvaraj
s|Asst. Manager (Stores)
s|Hosur Castings Ltd.
s|+91 44 5550 0143
== a name right after the last sentence
b|Call me tomorrow.
s|Rick
== a title in the greeting
g|Dear Eng. Khalid,
b|the drawings are late.
== a greeting ahead of the text
g+|Hi Tom, |and we'll send you the drawings by 3 May.
== a greeting without a name
g+|Hi, |we need 5 units
== no greeting, though it begins with one's word
b|Good morning sessions suit us best.
== no greeting, though a name stands first
b|Tom needs two of them, please.
== nobody in particular
g|To whom it may concern
b|The lift is stuck.
== two greetings
g|陈工：
|
g+|您好！|昨天现场量过了。
== greeting with a title
g|尊敬的赵女士：
b|屋顶的方案已经做好。
s|此致
s|敬礼
s|曹颖
s|光源新能源 项目部
== Chinese greeting ahead
g+|王经理，|3 号梯的门机板到货了。
== a worker is no title
b|已经完工，明天可以验收。
== Chinese name without formula
b|装箱单我周五给你。
|
s|单丽
s|海通货运 出口部
s|电话：021-5550-0188
== a wish
b|附件请查收。
|
s|祝工作顺利
s|陈立
== postscript
b|See you Monday.
|
s|Cheers
s|Tom
|
b|PS: we also need the manual in Spanish.
== Chinese postscript
b|合同已寄出。
|
s|顺颂商祺
s|方晓
|
b|又及：发票抬头改为恒泰造纸。
== thanks that close nothing
b|Thanks!
b|We need 40 units by Friday.
== dashes
b|It is broken.
s|--
s|Jim Hall
s|We make pumps that last.
== a telephone's line
b|Yes, Tuesday works.
|
s|Sent from my iPhone
== Outlook's telephone line
b|Yes.
|
s|Get Outlook for iOS
== a Chinese telephone's line
b|好的，周二可以。
|
s|发自我的iPhone
== a disclaimer
b|The price holds.
|
s|Best
s|Ann
|
d|This e-mail is confidential and intended solely for the addressee.
d|Do not copy it.
== a Chinese disclaimer
b|报价有效期三十天。
|
d|本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人。
== a banner above
d|CAUTION: This email originated from outside of the organization.
|
g|Hi Tom,
b|it works.
== paper
b|Attached.
|
d|Please consider the environment before printing this mail.
== Gmail
b|Tuesday is fine.
|
q|On Tue, 4 Mar 2025 at 10:12, Tom Reed <tom@firm.example> wrote:
q|> Which day?
q|> Tom
== Gmail, wrapped
b|Fine.
|
q|On Tue, 4 Mar 2025 at 10:12, Tom Alexander Reed
q|<tom@firm.example> wrote:
|
q|> Which day?
== Gmail without marks
b|Fine.
|
q|On Tue, 4 Mar 2025 at 10:12, Tom Reed wrote:
|
q|Which day?
q|Tom
== Apple in Chinese
b|可以。
|
q|在 2025年3月4日，上午10:12，张三 <z@firm.example> 写道：
|
q|> 哪天方便？
== Gmail in Chinese
b|可以。
|
q|张三 <z@firm.example> 于2025年3月4日周二 10:12写道：
|
q|哪天方便？
== 163
b|可以。
|
q|At 2025-03-04 10:12:33, "张三" <z@163.example> wrote:
q|>哪天方便？
== 163 in Chinese
b|可以。
|
q|在 2025-03-04 10:12:33，"张三" <z@163.example> 写道：
q|哪天方便？
== 163 on a telephone
b|可以。
|
q|---- 回复的原邮件 ----
q|| 发件人 | 张三<z@163.example> |
q|| 日期 | 2025年03月04日 10:12 |
q|哪天方便？
== QQ
b|收到。
|
q|------------------ 原始邮件 ------------------
q|发件人: "张三" <z@qq.example>;
q|发送时间: 2025年3月4日(星期二) 上午10:12
q|主题: 报价
|
q|请确认。
== Foxmail
b|收到。
|
q|发件人： 张三
q|发送时间： 2025-03-04 10:12
q|收件人： 李四
q|主题： 报价
q|请确认。
== Outlook
b|See below.
|
q|From: Tom Reed <tom@firm.example>
q|Sent: Tuesday, 4 March 2025 10:12
q|To: Ann
q|Subject: Price
|
q|We will send it.
== Outlook with a rule
b|Fine.
|
q|________________________________
q|From: Tom
q|Sent: Tuesday
q|To: Ann
q|Subject: Price
q|We pay.
== an old Outlook
b|Fine.
|
q|-----Original Message-----
q|From: Tom
q|Sent: Tuesday
|
q|We pay.
== a forward
b|FYI.
|
q|---------- Forwarded message ---------
q|From: Tom
q|Date: Tue
q|We pay.
== Apple's forward
b|FYI.
|
q|Begin forwarded message:
|
q|From: Tom
q|We pay.
== German
b|Ja.
|
q|Am 04.03.2025 um 10:12 schrieb Tom Reed:
q|> Wann?
== replies between the lines
q|> Can you come on Tuesday?
b|Yes, at nine.
q|> And the price?
b|It stays at 500.
== replies between the lines, after an introduction
g|Hi Tom,
b|see below.
|
q|On 4 Mar 2025, Tom Reed wrote:
q|> Can you come?
b|Yes, at nine.
q|> And the price?
b|It stays at 500.
|
s|Best
s|Ann
== a formula above the quote only
b|Answers below.
|
s|Regards
s|Ann
|
q|> Which day?
b|Tuesday suits us.
== a short header and marks
b|Agreed.
|
s|Best regards
s|Alenka
|
q|From: Goran
q|Sent: 10 May 2024
q|> We hold the price.
== a pasted mail
q|From: Tom Reed
q|Sent: Tuesday
q|Subject: Pumps
|
b|We need two more pumps.
== more than five
b|Pressure must be
b|>= 5 bar at the outlet.
== a table
b|| pump | 3 |
b|| valve | 4 |
== a customer who wrote
b|Here is what the customer wrote:
b|the pump leaks.
== a ruler
b|First.
b|------------
b|We need two.
== a ticket's subject
b|主题：2 号逆变器通讯中断
b|昨天下午三点起离线。
== a call
b|李娜（我方）：报价您看了吗？
b|许老师：看了，比上回高了不少。
== a list
b|Please send:
|
b|Pump A
b|Valve B
== a chat
b|👍
== thanks alone
b|Thanks
"""
CASES = [block.split("\n", 1) for block in MESSAGES.strip().removeprefix("== ").split("\n== ")]


def split(message: str) -> tuple[str, list[tuple[PartKind, str]]]:
    """The text of a message and each line's (or greeting's) kind."""
    lines, expected = [], []
    for line in message.split("\n"):
        mark, _, words = line.partition("|")
        if mark.endswith("+"):
            greeting, _, rest = words.partition("|")
            expected += [(KINDS[mark[0]], greeting.strip()), (PartKind.BODY, rest.strip())]
            words = greeting + rest
        elif mark:
            expected.append((KINDS[mark], words.strip()))
        lines.append(words)
    return "\n".join(lines), expected


@pytest.mark.parametrize("message", [message for _, message in CASES], ids=[title for title, _ in CASES])
def test_each_line_is_what_it_is(message: str) -> None:
    text, expected = split(message)
    found = [
        (part.kind, line.strip())
        for part in parts(text)
        for line in text[part.start : part.end].split("\n")
        if line.strip()
    ]
    assert found == expected


PIECES = st.sampled_from(
    [
        "Hi Tom,",
        "Regards",
        "Anna Schmidt",
        "> a",
        "On 4 Mar 2025, Tom wrote:",
        "From: a",
        "Sent: b",
        "To: c",
        "--",
        "PS: x",
        "This e-mail is confidential",
        "您好！",
        "此致",
        "发件人：a",
        "-----Original Message-----",
        "We need 5.",
        "",
        " ",
        "\t",
        "Thanks",
        "Sent from my iPhone",
        "|",
        "|x|",
        "李娜：好",
        "\u2028",
        "İ",
        "\x1f",
    ]
)


@given(st.text() | st.lists(PIECES | st.text(max_size=12), max_size=14).map("\n".join))
def test_parts_are_in_order_and_cover_all_but_white_space(text: str) -> None:
    place = 0
    for part in parts(text):
        assert place <= part.start < part.end
        assert not text[place : part.start].strip()
        assert text[part.start : part.end] == text[part.start : part.end].strip()
        place = part.end
    assert not text[place:].strip()


@pytest.mark.timeout(120)  # in quadratic time it would take hours
@pytest.mark.parametrize(
    "piece", [*"a >-_.:,(|王：!", "\n", "> a\n", "On On ", "On 1 ", "Hi Tom ", "Tom, ", "a@", "1 ", "尊敬的"]
)
def test_two_million_characters_are_read_in_one_go(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    assert sum(part.end - part.start for part in parts(text)) <= len(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        ">\n",
        "On 4 Mar 2025, Tom wrote:\n> a\n",
        "From: a\n",
        "Thanks\n",
        "--\n",
        "PS: a\n",
        "此致\n",
        "-----Original Message-----\n",
        "Anna\n",
        "Anna\n\n",
        "On 1\n",
        "Hi\n",
        "a:\n",
    ],
)
def test_many_short_lines_are_read_in_one_go(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert sum(part.end - part.start for part in parts(text)) <= len(text)
