"""Demo and training stories, played on real desks and a real district process."""
