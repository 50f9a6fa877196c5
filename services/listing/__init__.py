"""Lists of contacts: a page, a count, and all that match, for every face and every job alike."""

from services.listing.order import SORTS
from services.listing.pages import Count, Page, count, grid_page, page
from services.listing.query import Query
from services.listing.rows import FIELDS

__all__ = ["FIELDS", "SORTS", "Count", "Page", "Query", "count", "grid_page", "page"]
