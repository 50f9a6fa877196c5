"""Postcodes that a spreadsheet keeps as numbers: the zeros in front of them are gone, and come back where they must."""

# By country: how many digits a postcode has, and how many zeros it may begin with.
_DIGITS = {
    "BR": (8, 1), "FR": (5, 1), "DE": (5, 1), "US": (5, 2), "PR": (5, 2), "VI": (5, 2), "IT": (5, 2), "ES": (5, 1),
    "MX": (5, 1), "FI": (5, 2), "TR": (5, 1), "UA": (5, 1), "DZ": (5, 1), "PE": (5, 1), "KR": (5, 1), "MY": (5, 1),
    "GT": (5, 1), "PL": (5, 2), "SK": (5, 1), "NO": (4, 2), "AU": (4, 1), "NZ": (4, 1), "ZA": (4, 3), "CN": (6, 1),
    "RO": (6, 1), "KZ": (6, 1), "CO": (6, 1), "EC": (6, 1), "JP": (7, 2),
}  # fmt: skip
# So long is a postcode of a country that is not known, at most.
_LONGEST = 8


def with_zeros(number: str, country: str) -> str:
    """Return a number of a sheet as the postcode that it is in this country; as it stands where that is not certain."""
    length, zeros = _DIGITS.get(country, (0, 0))
    return number.zfill(length) if length - zeros <= len(number) < length else number


def may_lack_zeros(number: str) -> bool:
    """Say whether zeros may be gone that stood before a number of which the country is not known."""
    return len(number) < _LONGEST
