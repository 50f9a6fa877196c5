"""Lists of contacts: a page, a count, and all that match, for every face and every job alike."""

from services.listing.order import SORTS
from services.listing.pages import Count, Page, count, page
from services.listing.query import Query

__all__ = ["SORTS", "Count", "Page", "Query", "count", "page"]
