"""Folium lives here and nowhere else: it composes maps from constants and URLs, never from records.

branca renders every element twice through Jinja2, so a name from the database inside Folium would
be code on the server. Nothing here imports services or storage, and a test holds it to that.
"""
