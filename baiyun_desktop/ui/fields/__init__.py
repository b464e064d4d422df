"""One editor per kind of field, so that a module brings declarations and no screen code."""
