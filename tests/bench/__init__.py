"""Measurements as programs: what a round, and later a screen, costs; `python -m tests.bench` says how to run them."""
