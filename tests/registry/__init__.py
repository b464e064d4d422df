"""Tests of baiyun_desktop.registry."""
