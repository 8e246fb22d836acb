"""Currencies by their ISO 4217 codes and by the signs that stand for one of them."""

import unicodedata

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD
XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "US$": "USD",
    "RMB": "CNY", "CN¥": "CNY", "元": "CNY", "人民币": "CNY",
}  # fmt: skip
_SHARED = frozenset({"$", "¥", "KR", "KR.", "FR", "FR."})  # signs of several currencies


def currency_of(text: str) -> str | None:
    """The ISO 4217 code that a code or sign stands for; None for what is none, or could be several ("$")."""
    sign = _plain(text)
    return sign if sign in CURRENCIES else _SIGNS.get(sign)


def is_currency(text: str) -> bool:
    """Whether it is a code or sign of a currency, though perhaps of several."""
    return currency_of(text) is not None or _plain(text) in _SHARED


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:20]).strip().upper()
