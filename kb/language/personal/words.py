"""What the words beside a number call it. They stand right before it, with nothing between but a link."""

from kb.language.personal.found import STANDS_FOR, Kind
from kb.language.personal.scanning import ANY_CASE, pattern

_BEFORE = 48  # characters before a number in which those words stand
_LINK = (
    r"(?:[\s:.=#(\[\"'-]|(?:no|nr|num|numbers?|id|code|is|was|are)(?![a-z])|号码|號碼|[号號码碼为為是])*+\Z"
)
CALLED_OTHERWISE = pattern(
    r"(?:(?<![a-z])(?:(?<!to )order|(?<!for )orders|ord|"
    r"invoices?|inv|ref(?:erence)?|serial|s/n|sn|sku|parts?|p/n|pn|mpn|items?|article|"
    r"models?|batch|lot|tickets?|cases?|tracking|track|awb|waybill|po|rma|contract|account|acct|a/c|id|imei|ean|"
    r"gtin|upc|isbn|issn|asin|barcode|vat|tax|duns|customs|doi|hs code|customer (?:id|no|number|code)|"
    r"quot(?:e|ation)|shipment|parcel|container|amount|total|sum|price|version|build|firmware|port|transaction|txn|"
    r"confirmation|booking|reservation|member(?:ship)?|loyalty|voucher|coupon|code|zip|postcode|chassis|vin|patent|"
    r"drawing|asset|meter|no\.|nr\.|№)|订单|訂單|单号|單號|运单|快递单|物流单|工单|编号|編號|序列|流水|发票号|合同号|批号|批次|型号|"
    r"物料|料号|货号|件号|图号|税号|条码|条形码|客户号(?!码)|代码|学号|工号|群号|qq|qq群|版本|邮编|金额|价格|报价|合计|共计|总计|总价|专利|车架|追踪号|案号|"
    r"交易号|参考号|设备号|资产号|尾号|批文)" + _LINK
)
_ANY_LINK = (
    r"(?:[\s:.=/#&(\[\"'-]|(?:no|nr|num|numbers?|line|is|was|are|be|on|at|me|us|him|her|them|back|now|please|via|my|"
    r"our|his|their|your|the|new|old|direct|work|office|home|private|first|again|today|tomorrow|anytime|still|here|"
    r"under|instead|or|only)(?![a-z])|号码|號碼|[号號码碼为為是我他她你您的请請一下可直接或这這个個同即在])*+\Z"
)
CALLED_PHONE = pattern(
    r"(?:(?<![a-z])(?:(?:tele)?phone[ds]?|tel|ph|call(?:ed|ing)?|ring|rung|mobile|mob|cell(?:phone)?|handphone|fax|h/p|"
    r"whats\s?app|wechat(?: id)?|weixin|wx|viber|sms|dial(?:led)?|hotline|helpline|landline|switchboard|"
    r"(?:call|ring|phone|text|reach|contact) (?!order|ticket|case|ref|item|id)[a-z]+(?: on| at|:)|"
    r"(?:phone|mobile) (?:number|no) (?:for|of) [a-z]+|"
    r"(?:text|reach|contact) (?:me|us|him|her|them)|(?:contact|direct|callback) (?:number|no|line)|"
    r"(?:my|his|her|their|our|your)(?: (?:new|old|own|other|best|work|home|private))? (?:number|no|nr)|"
    r"wa\.me/\+?)|(?:^|[\n|•·,;(/])\s*[tmpf][:.]|"
    r"电话|電話|手机|手機|座机|座機|固话|热线|熱線|传真|傳真|致电|致電|拨打|撥打|拨|打给|打我|打到|微信(?:id)?|[我他她]的新?号码|来电|來電|短信|回电|回電|"
    rf"联系方式|聯繫方式|联系我|加我|{STANDS_FOR[Kind.PHONE]}\s?(?:[/、或]|or\b))" + _ANY_LINK
)
CALLED_PHONE_AFTER = pattern(
    r"\s?(?:[(\[]\s?(?:微信|手机|手機|电话|電話|座机|固话|mob|cell|phone|tel|landline|whatsapp|wechat|office|direct|home)|"
    r",?\s?(?:is|that's|which is) (?:my|his|her|our|their)(?: [a-z]+)? ?(?:number|mobile|phone|cell|line)|"
    r",?\s?是?[我他她]们?的?(?:新|工作)?(?:手机|电话|座机|微信))",
    flags=ANY_CASE,
)
CALLED_CARD = pattern(
    r"(?:(?<![a-z])(?:card|visa|master\s?card|amex|unionpay|maestro)|信用卡|银行卡|银联|卡)" + _ANY_LINK
)
CALLED_RESIDENT = pattern(
    r"(?:身份证|身份證|身分证|公民身份|证件|(?<![a-z])(?:id card|identity card|national id|resident id))"
    + _ANY_LINK
)
CALLED_SOCIAL = pattern(r"(?:(?<![a-z])(?:ssn|ss(?=#)|social security)|社会安全|社安)" + _ANY_LINK)
CALLED_INSURANCE = pattern(r"(?<![a-z])(?:nino|ni|national insurance)" + _ANY_LINK)

# What it is joined to before and after: a longer number, an address of the web, a sum.
JOINED = pattern(
    r"(?:[A-Za-z0-9_][-_#=]?|\d[.]|#\s?|[$€£¥￥]\s?|(?:usd|eur|rmb|cny|gbp|hkd)\s|(?<![!-~])[A-Za-z][!-~]*[/&?])\Z"
)
ROW = pattern(r"\d{3}[ ]\Z")
GOES_ON = pattern(
    r"(?!x+\b)[A-Za-z0-9_%*]|-[A-Za-z0-9]|\.(?:\d|(?:pdf|jpe?g|png|xlsx?|csv|docx?|zip|txt|com|cn|net|html?)\b)|"
    r"\s?(?:[$€£¥￥℃°元块万亿台件套只箱吨升米]|美元|欧元|人民币|公斤|千克|(?:kg|mm|cm|km|pcs|units?|pieces|eur|usd|rmb|cny|gbp|"
    r"kwh|hours|bytes|[mgk]b)\b)",
    flags=ANY_CASE,
)


def words_before(plain: str, start: int) -> str:
    """What stands right before it, in lower case."""
    return plain[max(0, start - _BEFORE) : start].lower()


def stands_alone(before: str) -> bool:
    """Whether a number after these words is neither joined to them nor called something else."""
    return not JOINED.search(before) and not CALLED_OTHERWISE.search(before)
