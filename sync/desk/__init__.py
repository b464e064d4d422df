"""The desk's half: what was typed and not yet answered, what the district has said, and the round that joins them."""
