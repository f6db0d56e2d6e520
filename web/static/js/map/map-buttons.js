// The zoom and fit buttons of the template, bound to a map.

/** `bounds` answers [west, south, east, north] of what "fit" shows. */
export function bindMapButtons(map, bounds) {
  const act = {
    "zoom-in": () => map.zoomIn(),
    "zoom-out": () => map.zoomOut(),
    fit: () => fit(map, bounds()),
  }
  for (const button of document.querySelectorAll("[data-map]")) {
    const press = act[button.dataset.map]
    if (press) button.addEventListener("click", press)
  }
}

/** Show [west, south, east, north]; a jump when it is far, as a flight over the town tells nothing. */
export function fit(map, [west, south, east, north], options = {}) {
  map.fitBounds([[south, west], [north, east]], { padding: [24, 24], animate: false, ...options })
}
