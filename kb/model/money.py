"""Exact money: amounts are integers of a ten-thousandth of the currency unit."""

from decimal import Decimal


def ten_thousandths(quantity: str, unit_price: str | None) -> int | None:
    """Quantity times price, exact to four decimals (half to even beyond); None without a price."""
    if unit_price is None:
        return None
    return int((Decimal(quantity) * Decimal(unit_price)).scaleb(4).to_integral_value())


def decimal_of(amount: int) -> str:
    """An exact decimal with at least two places, e.g. 1234500 -> "123.45"."""
    text = f"{Decimal(amount).scaleb(-4):.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0")
