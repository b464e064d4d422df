"""随迁子女就学: a family's children who need a school, taken down with the registration and handed to the education office."""
