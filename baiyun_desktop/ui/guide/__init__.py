"""The guide for clerks: what to press for which task, read beside the page it is about, without a line."""
