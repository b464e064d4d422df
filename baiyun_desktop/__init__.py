"""Baiyun Desktop: six offices of one district work on the same residents, with or without a line."""
