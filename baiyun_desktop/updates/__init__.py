"""Updates of the desk's program: signed packages, version folders side by side, and the way back where one fails."""
