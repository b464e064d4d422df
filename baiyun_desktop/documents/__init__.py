"""Papers, ledgers and their preview, without Qt, so that desk, server and command line print the same."""
