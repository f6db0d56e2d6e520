"""The life of an incident: states, deadlines, routing, evaluation. Pure: no SQL, web or network."""
