"""What stands around the program: its commands, its start, its README."""
