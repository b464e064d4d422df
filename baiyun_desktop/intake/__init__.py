"""Reads what comes from outside: offices' workbooks, and later blank forms and pasted text."""
