"""What helps when something goes wrong on a clerk's PC, without anybody's data: no window, no database, no imports of ours."""
