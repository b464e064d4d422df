"""What a clerk goes on with after a registration, a ticket, a post or a house: one matter after the other, typed once."""

from __future__ import annotations

from baiyun_desktop.kernel.onward import ITSELF, Onward

_SOMEBODY = {"person": "person", "area": "area"}
_FROM_TICKET = {**_SOMEBODY, "ticket": ITSELF}

ONWARD = (
    Onward("residence_reg", "residence_permit", "办居住证", "Apply for a permit",
           {**_SOMEBODY, "reg": ITSELF, "reside_since": "reg_date"}),
    Onward("residence_reg", "school_need", "登记子女就学", "Ask for a school",
           {"reg": ITSELF, "guardian": "person", "area": "area", "permit_no": "permit_no"}),
    Onward("residence_reg", "job_seeker", "登记求职", "Look for work", _SOMEBODY),
    Onward("residence_reg", "service_ticket", "受理其他事项", "Take in a matter", _SOMEBODY),
    Onward("residence_reg", "inspect", "走访核实", "Visit", {"reg": ITSELF, "area": "area"}),
    Onward("person", "residence_reg", "办居住登记", "Register a stay", {"person": ITSELF}),
    Onward("person", "service_ticket", "受理事项", "Take in a matter", {"person": ITSELF, "area": "area"}),
    Onward("service_ticket", "legal_aid_app", "申请法律援助", "Apply for legal aid", {**_FROM_TICKET, "facts": "wish"}),
    Onward("service_ticket", "relief_case", "申请救助", "Apply for relief", {**_FROM_TICKET, "facts": "wish"}),
    Onward("service_ticket", "social_security", "记社保事项", "Social insurance", _FROM_TICKET),
    Onward("service_ticket", "health_service", "记医疗事项", "Health", _FROM_TICKET),
    Onward("job_seeker", "job_match", "推荐岗位", "Put forward", {"seeker": ITSELF, "area": "area"}),
    Onward("job_post", "job_match", "推荐给求职人", "Put forward", {"post": ITSELF, "area": "area"}),
    Onward("house", "rental_house", "登记出租", "Register as let", {"house": ITSELF, "area": "area"}),
    Onward("rental_house", "inspect", "走访检查", "Visit", {"rental": ITSELF, "area": "area"}),
)  # fmt: skip
