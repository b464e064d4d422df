"""What the project promises, each with a test that can fail; the folders mirror the source."""
