"""Tests of baiyun_desktop.kernel."""
