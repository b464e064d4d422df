"""Tests of what helps when something goes wrong."""
