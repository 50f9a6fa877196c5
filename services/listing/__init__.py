"""Lists of contacts: a page, a count, and all that match, for every face and every job alike."""

from services.listing.counts import Count
from services.listing.kept import Kept, count_kept
from services.listing.order import SORTS, WALKED
from services.listing.pages import Page, count, grid_page, page
from services.listing.query import Query
from services.listing.rows import FIELDS
from services.listing.unindexed import MOST_SORTED, UNINDEXED

__all__ = [
    "FIELDS",
    "MOST_SORTED",
    "SORTS",
    "UNINDEXED",
    "WALKED",
    "Count",
    "Kept",
    "Page",
    "Query",
    "count",
    "count_kept",
    "grid_page",
    "page",
]
