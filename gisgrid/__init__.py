"""gisgrid: draw, balance and serve the grids by which a district is governed."""

__version__ = "0.1.0"
