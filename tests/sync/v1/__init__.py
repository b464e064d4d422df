"""Version 1 of the protocol, frozen: a desk of it with its file, its program as it was, and its messages byte for byte."""
