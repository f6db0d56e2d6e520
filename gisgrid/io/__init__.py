"""Files in: OpenStreetMap, layers of buildings and units, incident lists; column contracts."""
