"""The windows of the three administrators: what the district says of itself, and what it is asked to do."""
