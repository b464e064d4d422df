"""The scenarios of offline offices, one test each: every test's first line says how the scenario ends."""
