"""The keys of a desk's encrypted file: how they are wrapped, found again with the district's help, and destroyed."""
