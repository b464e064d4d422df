"""A district and its desks in one thread from one seed: every fault at will, every promise checked afterwards."""
