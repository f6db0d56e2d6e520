"""Use cases, one a module: the transaction in sight, the work done by the rooms below."""
