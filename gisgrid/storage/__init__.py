"""The only room that speaks SQL: tables, gateways that take `conn`, never commit; the cluster."""
