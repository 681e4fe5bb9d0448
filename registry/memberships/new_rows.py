"""New rows of memberships and shares, from what was sent. Pure: nothing is read or written."""

from registry.kernel.db.records import audit_columns
from registry.kernel.fill import fill
from registry.kernel.types import new_id
from registry.kernel.work import Act
from registry.memberships.model import MembershipIn, MembershipRow, ShareIn, ShareRow


def membership(act: Act, village_code: str, new: MembershipIn) -> MembershipRow:
    """A household of the village as a member."""
    return fill(
        MembershipRow,
        new,
        **audit_columns(act),
        county_code=village_code[:6],
        membership_id=new_id(),
        village_code=village_code,
    )


def share(act: Act, of: MembershipRow, new: ShareIn) -> ShareRow:
    """A share of a membership; without a day since the household is a member."""
    return ShareRow(
        **audit_columns(act),
        county_code=of.county_code,
        membership_share_id=new_id(),
        village_code=of.village_code,
        membership_id=of.membership_id,
        kind=new.kind,
        form=new.form,
        amount=new.amount,
        valid_from=new.valid_from or of.valid_from,
        valid_to=new.valid_to,
    )
