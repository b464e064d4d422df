"""The window driven by real key presses on a real encrypted replica."""
