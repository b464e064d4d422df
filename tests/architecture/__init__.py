"""The design as tests: what may import what, who writes, and what each file owes its reader."""
