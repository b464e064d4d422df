"""Tests of baiyun_desktop.modules.migrants."""
