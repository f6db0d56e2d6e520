"""Walking access on the street network: pure arrays in metres, no database, no web.

``network`` makes the graph, ``snap`` puts points on it, ``reach`` measures walks, ``pairs`` lists
every service a building reaches, ``circles`` draws, ``coverage`` counts, ``siting`` proposes.
"""
