"""Pictures of every window, and what a machine can see wrong with them: `python -m tests.ui.gallery --out DIR`."""
