"""Real processes and a real line: kills and freezes at named points, and lines cut at every byte."""
