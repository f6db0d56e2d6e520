"""Pure functions on geometry: projections, repair, cells, neighbours, shape. Metres throughout."""
