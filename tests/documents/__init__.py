"""Papers are checked by extracting their text and measuring where it stands."""
