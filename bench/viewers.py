"""Through whose eyes lists are measured: someone who sees all, and advisors behind forty walls."""

from sqlmodel import col, select

from hooks.viewer import SYSTEM, Viewer
from models.people import Role, User
from services.listing import Query, count
from services.people import viewer_for_email
from services.work import unit_of_work


def viewers() -> dict[str, tuple[Viewer, int]]:
    """Return name -> (viewer, how many contacts are seen): an administrator and three advisors.

    The demonstration has no administrators, so one of its managers stands in: the scope is the same.
    """
    with unit_of_work(SYSTEM) as work:
        people = work.session.execute(
            select(col(User.email), col(Role.name)).join(Role, col(Role.id) == col(User.role_id))
        ).all()
    manager = next(email for email, role in people if role == "manager")
    everyone = viewer_for_email(manager, "page")
    advisors = [viewer_for_email(email, "page") for email, role in people if role == "advisor"]
    seen = sorted(((count(one, Query()).n, one) for one in advisors), key=lambda pair: pair[0])
    return {
        "administrator": (everyone, count(everyone, Query()).n),
        "advisor who sees least": seen[0][::-1],
        "advisor in the middle": seen[len(seen) // 2][::-1],
        "advisor who sees most": seen[-1][::-1],
    }
