"""The only room that speaks SQL: tables, gateways that take `conn` and never commit, the cluster."""
