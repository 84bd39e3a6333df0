"""Money: an integer of minor units, and the currency they are units of."""

from dataclasses import dataclass
from typing import Self

from domain.errors import CurrencyMismatch

# ISO 4217, by how many decimals the minor unit has.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB
SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
USD UYU UZS VES WST XCD YER ZAR ZMW ZWG
"""
EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}


@dataclass(frozen=True, slots=True)
class Money:
    """`Money(1250, "USD")` is 12.50 US dollars. Sums of two currencies are refused."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            message = f"{self.currency!r} is not an ISO 4217 currency."
            raise ValueError(message)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same_currency(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same_currency(other).amount, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount * quantity, self.currency)

    def basis_points(self, points: int) -> "Money":
        """`points` hundredths of a percent of it, half a minor unit rounded away from zero."""
        size = (abs(self.amount) * points * 2 + 10_000) // 20_000
        return Money(size if self.amount >= 0 else -size, self.currency)

    def __str__(self) -> str:
        """`41.20 EUR`, `500 JPY`: for people, never parsed."""
        exponent = EXPONENTS[self.currency]
        sign, digits = "-" if self.amount < 0 else "", str(abs(self.amount)).zfill(exponent + 1)
        split = len(digits) - exponent
        number = f"{digits[:split]}.{digits[split:]}" if exponent else digits
        return f"{sign}{number} {self.currency}"

    def _same_currency(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            message = f"{other.currency} can't be added to {self.currency}."
            raise CurrencyMismatch(message)
        return other
