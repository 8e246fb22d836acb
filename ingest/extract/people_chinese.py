"""Who changes role in a Chinese clause: a name beside the verb that gives, takes or ends a role.

采购主管一职现在由刘思远担任, 唐主任升副总了, 新任总经理骆总今天上任, 何静上月底离职. Between a name and
its verb stand only words of time and manner: that tells where a name ends, for Chinese has no spaces.
"""

import re
from collections.abc import Iterator

from ingest.extract.lexicon import any_of, character

Change = tuple[str, str | None]  # person and role, as written

_HAN = r"[\u4e00-\u9fff]"
# 主任, 我方, 工程, 订单 end with what is elsewhere a surname.
_NO_SURNAME = "".join(
    (
        r"(?<![主担责现前接新在上出兼]任)(?<![我对贵甲乙双各警地官校院厂施]方)(?<![换变改完当达]成)",
        r"(?<![工过流]程)(?<![明空]白)(?<![订保提款工名账清报回菜下凭签]单)(?<![分时秒]钟)",
        r"(?<![一两几每这那了0-9]张)(?<![文语]言)(?<!方向)(?<!有关)(?<!相应)(?<!师傅)(?<![老小阿])",
    )
)
_ONE, _TWO = character("people", "surnames_chinese"), any_of("people", "surnames_double_chinese")
_SURNAME = rf"(?:{_TWO}|{_ONE}{_NO_SURNAME})"
_TITLE = any_of("people", "titles_chinese")
_CHINESE_NAME = (
    rf"(?:[老小阿]{_ONE}(?!{_HAN}{{0,2}}公司)|{_SURNAME}(?!氏)(?:{_TITLE}|{_HAN}{{1,2}}?{_TITLE}?))"
)
_OTHER_NAME = r"(?<![A-Za-z])[A-Z][a-z]+(?:[ ·][A-Z][A-Za-z]+)*(?![A-Za-z])"
_FIRST = "(?=" + _ONE.replace("[", "[老小阿", 1) + rf"|{_TWO})"  # what begins no name is soon passed over
_NAME = rf"(?:{_FIRST}(?!{any_of('people', 'no_names_chinese')}){_CHINESE_NAME}|{_OTHER_NAME})"
_PRONOUN = r"(?:(?<!其)[他她](?!们)|我(?![们方司院厂部处家国公校所班店这那市省的]))"
_WHO = rf"(?P<person>{_NAME}|{_PRONOUN})"
_WHEN = rf"(?:{character('people', 'between_characters')}|{any_of('people', 'between_chinese')})"
_BETWEEN = rf"{_WHEN}{{0,24}}"
_OFFICE = any_of("people", "offices_chinese")
_TAKES, _RISES = any_of("people", "takes_chinese"), any_of("people", "rises_chinese")
_LEAVES, _JOINS = any_of("people", "left_chinese"), any_of("people", "joined_chinese")
_REST = r"[^，。；;、！!：:（(]"
_END = r"(?=$|[，。；;、！!\s（(])"
_GROUP = r"(?:(?<!总)部|部门|组|队|科|室|车间|团队|中心|条线|业务线)"


class _Frame:
    """A pattern that is looked for only where its own word occurs: most clauses have none."""

    def __init__(self, word: str, *pieces: str) -> None:
        self._word, self._pattern = re.compile(word), re.compile("".join(pieces))

    def __call__(self, clause: str) -> re.Match[str] | None:
        return self._pattern.search(clause) if self._word.search(clause) else None


_BY = r"(?:(?:改|交|转)?(?<![有么的无没]理)由|改?归|(?:现在|目前|如今|以后|今后|往后|改)是)"
_HANDS = "(?:交给|交接给|移交给|转给)"
_SWAPS = "(?:换成|换|改成|变成|改为|(?:现在|目前|如今|以后|今后|往后)是)"
_GIVEN = _Frame(  # 售后由虞琳统一受理; a word of office may stand ahead of the name: 由博士后程远接手
    _BY,
    rf"{_BY}(?:{_HAN}{{2,4}}?(?={_NAME}))??{_WHO}{_BETWEEN}(?P<verb>{_TAKES})了?(?P<behind>{_REST}{{0,14}})",
)
_HANDED = _Frame(  # 安装队长换成了丁师傅
    rf"{_HANDS}|{_SWAPS}",
    rf"(?:{_HANDS}|(?P<swaps>{_SWAPS}))了?(?:同事|新来的)?{_WHO}",
    rf"(?:{_END}|了|来?{_BETWEEN}来?{_TAKES})",
)
_THINGS = re.compile(r"把|将.{1,12}换")
_NEW = _Frame(  # 新任总经理骆总今天上任
    "新|继任|候任|下一任",
    rf"(?:(?:新任|新(?:来|上任|招|到|到任|聘|调来)?的?|继任|候任|下一任)(?P<role>{_REST}{{0,10}}?{_OFFICE})",
    rf"(?:是|叫|由|为)?|新接手(?P<area>{_REST}{{2,10}}?)的){_WHO}",
    rf"(?:{_END}|{_BETWEEN}(?:{_JOINS}|担任|接手|来))",
)
_HEIR = _Frame(  # 接替王姐管售后的是许洋
    "接|继任",
    rf"(?:接班|接替|继任|接任|接手)(?P<role>{_REST}{{0,12}}?)的?(?:人|者)?(?:是|叫|为){_WHO}{_END}",
)
_OF_WHOM = re.compile(rf"^(?:{_NAME}|他|她|我)(?:管|任|做|当|担任|负责|的)?")
_REPLACES = _Frame(  # 小尹接替老庞任调度
    "[接顶替]",
    rf"{_WHO}{_BETWEEN}(?:接替|接任|接手|接|顶替|顶|替)了?(?:原来的|前任)?(?:{_NAME}|[我他她])",
    rf"的?(?:位置|工作|班)?(?:来|去)?(?={_HAN}|$)(?:任|做|当|担任|出任|管|负责|的)?(?P<role>{_REST}{{0,12}})",
)
_RISEN = _Frame(  # 唐主任升副总了
    _RISES, rf"{_WHO}{_BETWEEN}{_RISES}了?(?P<role>{_REST}{{0,12}}?(?:{_OFFICE}))(?=了|{_END})"
)
_MOVED = _Frame(  # 老周调去设备部了
    "[调转加去]",
    rf"{_WHO}{_BETWEEN}(?:调到|调去|调往|调至|转到|转去|转岗[到去]|加入了?|去了)(?:了|我们|你们|公司)?",
    rf"(?P<role>{_REST}{{1,8}}?{_GROUP})(?=了|工作|任职|上班|{_END})",
)
_CARRIES = _Frame(  # 以后孟凡负责运维
    "[接代顶负分管对跟承打]",
    rf"{_WHO}{_BETWEEN}(?P<verb>{any_of('people', 'carries_chinese')})了?(?P<role>{_REST}{{2,14}})",
)
_STEADY = re.compile(any_of("people", "steady_chinese"))
_FROM_NOW = re.compile(r"现在|現在|目前|今后|以后|往后|起|开始|改|换|新|接下来|之后|暂时|临时|期间|转|正式")
_LEFT = _Frame(_LEAVES, rf"{_WHO}{_BETWEEN}{_LEAVES}")
_JOINED = _Frame(
    _JOINS,
    rf"{_WHO}{_BETWEEN}{_JOINS}(?:{_REST}{{0,8}}?(?:任|做|当|担任|负责|为)(?P<role>{_REST}{{2,14}}))?",
)
_TAKEN = _Frame("接|上位|扶正", rf"{_WHO}{_BETWEEN}(?:接手|接班|接任|上位|扶正)(?P<role>)(?=了?{_END})")

# What stands in one breath with a role: since when, whose; 一职 behind it.
_MOMENT = any_of("people", "moment_chinese")
_AHEAD_OF_ROLE = re.compile(
    rf"^.*(?:起|开始|期间|之后|以后|之前|以来)(?={_HAN}|[A-Z])|^{_MOMENT}+"
    r"|^(?:另|我们|我方|我司|贵司|你们|咱们|公司|客户|原来|那边|这边|往后)的?"
    rf"|^{_REST}{{1,8}}(?:组|部|厂|公司|司|院|处|科|中心|集团)的"
)
_BEHIND_ROLE = re.compile(rf"(?:一职|职务|职位|这块|这一块|这摊|的?工作|的?事情?|\s|{_MOMENT})+$")
_OWNER = re.compile(r"^(?:贵公司|贵司|我们|我司|我方|本公司|公司|你们)的")
_TAIL = re.compile(r"(?:的工作|工作|一职|职务|的职务|这块|了|的|吧|啦|呢|\s|[,.!?~～])+$")
_BREAK = re.compile(r".*[，。；;、！!：:（(]", re.DOTALL)
_ENDS_IN_OFFICE = re.compile(rf"(?:{_OFFICE})$")


def change(clause: str) -> Change | None:
    """Person and role, without the role where only the leaving is said; None where nobody changes."""
    return next((found for look in (_given, _newcomer, _taken, _left) for found in look(clause)), None)


def _role(text: str | None) -> str | None:
    return _TAIL.sub("", _OWNER.sub("", text.strip())).strip() or None if text else None


def _own_role(ahead: str) -> str:
    """The role of what stands ahead of 由: "自本月起运维业务" is 运维业务, "安全总监一职四月" is 安全总监."""
    role = _BREAK.sub("", ahead[-40:]).strip()
    for _ in range(3):
        role = _BEHIND_ROLE.sub("", _AHEAD_OF_ROLE.sub("", role)).strip()
    return role if len(role) > 1 else ""


def _given(clause: str) -> Iterator[Change]:
    if found := _GIVEN(clause):
        behind = _role(found["behind"])
        if behind and found["verb"] == "代理":  # an acting manager is called one: 代理项目经理
            behind = clause[found.start("verb") : found.start("behind")] + behind
        if role := behind or _own_role(clause[: found.start()]):
            yield found["person"], role
    if found := _HANDED(clause):
        role = _own_role(clause[: found.start()])
        thing = found["swaps"] and (_THINGS.search(clause) or not _ENDS_IN_OFFICE.search(role))
        if role and not thing:
            yield found["person"], role


def _newcomer(clause: str) -> Iterator[Change]:
    if found := _NEW(clause):
        yield found["person"], _role(found["role"] or found["area"])
    if found := _HEIR(clause):
        yield found["person"], _role(_OF_WHOM.sub("", found["role"]))


def _taken(clause: str) -> Iterator[Change]:
    for frame in (_REPLACES, _RISEN, _MOVED):
        if found := frame(clause):
            yield found["person"], _role(found["role"])
    found = _CARRIES(clause)
    if found and (not _STEADY.fullmatch(found["verb"]) or _FROM_NOW.search(clause)):
        yield found["person"], _role(found["role"])


def _left(clause: str) -> Iterator[Change]:
    if found := _LEFT(clause):
        yield found["person"], None
    elif found := _JOINED(clause) or _TAKEN(clause):
        yield found["person"], _role(found["role"])
