"""Shorter forms of names: a product by its code, a company without its legal form."""

import re
from collections.abc import Iterator

_CODE = re.compile(r"(?=[A-Za-z-]*\d)(?=\d*-?[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", re.ASCII)
_UP_TO_NUMBER = re.compile(r"(.*?\d[\w-]*)\s+[a-z].*", re.ASCII)
_LEGAL = re.compile(
    r"[\s,]+(?:ltd|limited|llc|llp|inc|incorporated|corp|corporation|co|company|plc|gmbh|ag|kg|bv|b\.v|nv|n\.v|sa"
    r"|s\.a|sas|srl|spa|oy|ab|as|a/s|aps|pte|pty|kk)\.?$",
    re.IGNORECASE,
)
_LEGAL_CHINESE = re.compile(r"(?:股份)?(?:有限)?(?:责任)?(?:公司|集团)$|(?:集团|控股)?(?:股份)?有限公司$")
SHORTEST_CHINESE = 3
SHORTEST_CODE = 3


def product_forms(name: str) -> Iterator[str]:
    """ "HP-200 multistage pump" goes by "HP-200", too."""
    for found in _CODE.finditer(name):
        if len(found[0]) >= SHORTEST_CODE and found[0] != name:
            yield found[0]
    if whole := _UP_TO_NUMBER.fullmatch(name):
        yield whole[1]


def unincorporated(name: str) -> Iterator[str]:
    """ "Ortiz Foods Ltd" goes by "Ortiz Foods", too, 恒泰造纸有限公司 by 恒泰造纸."""
    short = _LEGAL.sub("", name)
    if short == name:
        short = _LEGAL_CHINESE.sub("", name)
        if len(short) < SHORTEST_CHINESE:
            return
    if short not in ("", name):
        yield short
