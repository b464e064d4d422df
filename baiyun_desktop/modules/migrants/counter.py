"""What the migrant centre's counter holds of the district: people and the matters of the centre, and nothing of the posts."""

from __future__ import annotations

from baiyun_desktop.kernel.merging import View
from baiyun_desktop.kernel.role import POWERS, Role

_PEOPLE = (
    "person", "person_identity", "address_unit", "house", "household", "household_member", "enterprise", "residence_reg"
)  # fmt: skip
_CENTRE = (
    "residence_permit", "permit_endorse", "service_item", "service_material", "service_ticket", "social_security",
    "health_service", "job_seeker", "job_post", "job_match", "school_need", "legal_aid_app", "relief_case", "landlord",
    "rental_house", "inspect",
)  # fmt: skip
_GO_ALONG = ("movement", "doc_instance", "doubt", "link")
"""The steps and papers of these, and what is asked about them: without them a registration would bring along more of a
person than the counter sees, and the district takes none that does."""

VIEW = View(POWERS[Role.MIGRANT_COUNTER].view, dict.fromkeys((*_PEOPLE, *_CENTRE, *_GO_ALONG)))
"""Every field of each: whoever registers people keeps their records. Posts, officers with their password's hash,
approvals, look-ups and what came too late are not among them."""
