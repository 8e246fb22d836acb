"""Role changes: the person and the new role as written, and silence where nobody changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.people import RoleChange, role_change, speaks_of_role_change

ENGLISH = [
    ("Nadia Osei takes over as plant engineer on 4 March", "Nadia Osei", "plant engineer"),
    ("Ms Farrell took over invoicing from Greg last spring", "Ms Farrell", "invoicing"),
    ("she has taken over the northern accounts", "she", "northern accounts"),
    ("Rob Tanaka will be taking over from me", "Rob Tanaka", None),
    ("Dr. Silva has been promoted to head of research", "Dr. Silva", "head of research"),
    ("Irena got promoted", "Irena", None),
    ("Mr Okello was appointed as quality director in June", "Mr Okello", "quality director"),
    ("Paula Reyes has just been named deputy dean", "Paula Reyes", "deputy dean"),
    ("He was made foreman after the merger", "He", "foreman"),
    ("Anne-Marie O'Brien was elected treasurer", "Anne-Marie O'Brien", "treasurer"),
    ("Kofi joined us in May as service coordinator", "Kofi", "service coordinator"),
    ("Lena starts on Monday as our new buyer", "Lena", "buyer"),
    ("Stefan de Vries steps in as acting site manager", "Stefan de Vries", "acting site manager"),
    ("Mina moves up to finance director", "Mina", "finance director"),
    ("Tom's moved to the claims department", "Tom", "claims department"),
    ("Carl is back as workshop supervisor", "Carl", "workshop supervisor"),
    ("Ravi landed the sales director job", "Ravi", "sales director"),
    ("Jo Brandt succeeds Mr Hale as chairwoman", "Jo Brandt", "chairwoman"),
    ("Elif replaces Martin as export manager", "Elif", "export manager"),
    ("Gus is covering for Hannah until May", "Gus", None),
    ("Ute becomes managing director next year", "Ute", "managing director"),
    ("From 1 July Pat Moran will be your contact for spare parts", "Pat Moran", "contact for spare parts"),
    ("Olu is now our warehouse manager", "Olu", "warehouse manager"),
    ("Since March Dina is the plant controller", "Dina", "plant controller"),
    ("Marek now runs purchasing", "Marek", "purchasing"),
    ("Sofia looks after the leasing contracts from now on", "Sofia", "leasing contracts"),
    ("our new service manager is Kim Sorrell", "Kim Sorrell", "service manager"),
    ("Your new account manager, Ben Achebe", "Ben Achebe", "account manager"),
    ("Our new lab head Vera Lindt began yesterday", "Vera Lindt", "lab head"),
    ("your contact is now Hugo Blum", "Hugo Blum", "contact"),
    ("we have appointed Ines Duarte as logistics manager", "Ines Duarte", "logistics manager"),
    ("The board elected Sam Whitlock chairman", "Sam Whitlock", "chairman"),
    ("Joan hands over to Pete as project lead", "Pete", "project lead"),
    ("Walt handed purchasing over to Raul", "Raul", "purchasing"),
    ("Mr Kerr is succeeded by Amara Diallo", "Amara Diallo", None),
    ("his successor is Wendy Strand", "Wendy Strand", None),
    ("Aled left the company in April", "Aled", None),
    ("Mrs Carvajal is leaving us", "Mrs Carvajal", None),
    ("Frank Delaney has resigned", "Frank Delaney", None),
    ("Her boss, Mr Rane, retires on 31 March", "Mr Rane", None),
    ("I'm stepping down as ops director", "I", None),
    ("Mr. Bhatt is no longer with our company", "Mr. Bhatt", None),
    ("Derek finishes with us on Friday", "Derek", None),
    ("Petra's last day is 12 May", "Petra", None),
    ("I'm handing the account to my colleague Petra", "Petra", "account"),
    ("purchasing has been taken over by Mr Okafor", "Mr Okafor", "purchasing"),
    ("the new purchasing lead is a Ms Tran", "Ms Tran", "purchasing lead"),
    ("Nils, formerly in sales, is now head of service", "Nils", "head of service"),
    ("Nina has been put in charge of the Lyon plant", "Nina", "Lyon plant"),
    ("The role of quality manager passes to Eva Sund", "Eva Sund", "quality manager"),
    ("Ahmed joins our team on 1 May", "Ahmed", None),
]
CHINESE = [
    ("采购主管现在由林思远担任", "林思远", "采购主管"),
    ("自五月起售后改由孟凡负责", "孟凡", "售后"),
    ("华北的单子由小贺跟进", "小贺", "华北的单子"),
    ("仪器管理由博士后程远接手", "程远", "仪器管理"),
    ("下月起由周岚担任客户经理", "周岚", "客户经理"),
    ("由祖航代理项目经理", "祖航", "代理项目经理"),
    ("實驗室採購改由許柏翰承辦", "許柏翰", "實驗室採購"),
    ("这期间车间主任由老郑代理", "老郑", "车间主任"),
    ("现在是彭姐管收货", "彭姐", "收货"),
    ("采购现在归刘敏管", "刘敏", "采购"),
    ("9 月 1 日起由 Anna Weber 担任 IT 负责人", "Anna Weber", "IT 负责人"),
    ("财务总监换成了谭晓", "谭晓", "财务总监"),
    ("项目经理换了龚建国", "龚建国", "项目经理"),
    ("华南的客户移交给小唐", "小唐", "华南的客户"),
    ("唐主任升副总了", "唐主任", "副总"),
    ("秦工升任总工程师", "秦工", "总工程师"),
    ("石毅已晋升为厂长", "石毅", "厂长"),
    ("袁部长五月才升任后勤部部长", "袁部长", "后勤部部长"),
    ("小葛提了安全科科长", "小葛", "安全科科长"),
    ("她当上了店长", "她", "店长"),
    ("韩雪被任命为销售总监", "韩雪", "销售总监"),
    ("龙飞现在做组长", "龙飞", "组长"),
    ("何莉四月起兼任财务经理", "何莉", "财务经理"),
    ("小尹接替老庞任调度", "小尹", "调度"),
    ("白露接替马强管仓库", "白露", "仓库"),
    ("老周调去设备部了", "老周", "设备部"),
    ("孟凡以后负责运维", "孟凡", "运维"),
    ("我是新来的采购专员王倩", "王倩", "采购专员"),
    ("新任总经理骆总今天上任", "骆总", "总经理"),
    ("继任财务总监蓝芸六月一日到岗", "蓝芸", "财务总监"),
    ("信息部新招的运维小耿下周入职", "小耿", "运维"),
    ("接班的叫何莉", "何莉", None),
    ("接替王姐管售后的是许洋", "许洋", "售后"),
    ("何静上月底离职了", "何静", None),
    ("副总裁倪振宇将于 6 月 12 日离任", "倪振宇", None),
    ("原科长老阮三月底退休", "老阮", None),
    ("平台主任马教授年后卸任", "马教授", None),
    ("我们电工小阮上周辞了", "小阮", None),
    ("财务总监单总调回总部", "单总", None),
    ("欧阳倩下周正式入职", "欧阳倩", None),
    ("我下个月就离开公司了", "我", None),
    ("王磊不再负责采购了", "王磊", None),
    ("小刘转岗去了质量部", "小刘", "质量部"),
    ("孙悦将接替我负责售后业务", "孙悦", "售后业务"),
    ("运维组长现在是邓超", "邓超", "运维组长"),
    ("徐丽娜加入我们团队任客服主管", "徐丽娜", "客服主管"),
]
NO_CHANGE = [
    "The booster set has to run on 480 V three-phase",
    "Warranty runs to March 2028",
    "our Kassel branch moves to Lindenweg 12 on 1 February",
    "she runs that bench",
    "There is news on our side as well",
    "I no longer set much store by such sentences",
    "I will hand over the reconciliation sheet on Monday",
    "The skid left Jebel Ali yesterday",
    "I left the report on your desk",
    "Price is what it is",
    "Arjun will run the sizing",
    "Is there a reason the PO number is no longer printed",
    "We took over the pallets at noon",
    "Hassan is on parental leave",
    "The manager never called back",
    "I'll move our review to June",
    "The pump was replaced by a newer model",
    "Post is right",
    "",
    "刘总，DN150 那批蝶阀已经装车走了",
    "您那车换成了 9 米 6 的",
    "新组件由我方在 10 月 12 日前换上",
    "多扣的那笔维保费退回来了",
    "我说去年就退了",
    "请把当班的工程师拉进来",
    "我爸说要换颜色",
    "新钥匙在门卫那儿",
    "我们集团准备把进口泵逐步替换成国产的",
    "车间主任已经骂到我办公室来了",
    "我已经退了两回货",
    "理由很简单",
    "师傅扔楼下就走了",
]


@pytest.mark.parametrize(("clause", "person", "role"), ENGLISH + CHINESE)
def test_the_person_and_the_role_are_those_that_the_clause_names(
    clause: str, person: str, role: str | None
) -> None:
    assert role_change(clause) == RoleChange(person, role)
    assert speaks_of_role_change(clause)


@pytest.mark.parametrize("clause", NO_CHANGE)
def test_a_clause_without_a_change_gives_none(clause: str) -> None:
    assert role_change(clause) is None


@pytest.mark.parametrize(
    "clause", ["The pallets are in hall 4", "Thanks for the drawing", "发票收到了", "图纸很清楚"]
)
def test_most_clauses_are_told_apart_by_the_cheap_test(clause: str) -> None:
    assert not speaks_of_role_change(clause)


PIECES = [word for clause, _, _ in ENGLISH + CHINESE for word in (*clause.split(), clause[:6], clause[-6:])]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join)))
def test_what_is_found_stands_in_the_clause(clause: str) -> None:
    found = role_change(clause)
    if found is not None:
        assert speaks_of_role_change(clause)
        assert found.person and found.person in clause
        assert found.role is None or (found.role and found.role in clause)


@pytest.mark.parametrize(
    "piece", ["On ", "Aa ", " ", "由", "小李", "takes over ", "，", "He is ", "新任", "年"]
)
def test_a_text_without_end_is_read_as_far_as_clauses_go(piece: str) -> None:
    assert role_change(piece * 200_000) == role_change(piece * 1_000)
