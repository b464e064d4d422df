"""法律援助、民政救助: what the counter fills in and forwards, and what only the institution that decides may decide."""
