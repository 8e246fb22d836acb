"""The viewer's scope as parameters of a query.

Every query over customers carries the same condition on its customer node `c`:

    ($all OR c.owner = $viewer OR c.team IN $teams OR c.id = $own)

so that what is out of scope is not found rather than filtered afterwards.
"""

from typing import Any

from kb.model.viewer import Role, Viewer
from ontology.terms import PREDICATES

SHAREABLE = sorted(name for name, predicate in PREDICATES.items() if predicate.shareable)
SHARED_CHANNELS = (
    "order",
    "email",
    "chat",
)  # of their own conversations, what customers had in hand themselves
NOBODY = ""  # no owner, team or customer has this name


def in_scope(viewer: Viewer) -> dict[str, Any]:
    """The parameters all, viewer, teams and own."""
    manages = Role.ACCOUNT_MANAGER in viewer.roles
    own = viewer.customer if Role.CUSTOMER in viewer.roles and viewer.customer else NOBODY
    return {
        "all": viewer.sees_everything,
        "viewer": viewer.name if manages else NOBODY,
        "teams": sorted(viewer.teams) if manages and viewer.teams else [NOBODY],
        "own": own,
    }


def predicates(viewer: Viewer) -> dict[str, Any]:
    """The parameters any and shareable: which predicates exist for the viewer."""
    return {"any": not viewer.is_customer, "shareable": SHAREABLE}


def channels(viewer: Viewer) -> dict[str, Any]:
    """The parameters internal and channels: which interactions of a customer exist for the viewer."""
    return {"internal": not viewer.is_customer, "channels": list(SHARED_CHANNELS)}
