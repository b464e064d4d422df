"""The line between desk and district, with real processes, certificates and kills."""
