// The zoom and fit buttons of the template, bound to a map.

/** `bounds` answers [west, south, east, north] of what "fit" shows; `show(map, bounds)` looks there. */
export function bindMapButtons(map, bounds, show = fit) {
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer())
  const act = {
    "zoom-in": () => map.zoomIn(),
    "zoom-out": () => map.zoomOut(),
    fit: () => show(map, bounds()),
  }
  for (const button of document.querySelectorAll("[data-map]")) {
    const press = act[button.dataset.map]
    if (press) button.addEventListener("click", press)
  }
}

/** Show [west, south, east, north]; a jump when it is far, as a flight over the town tells nothing. */
export function fit(map, [west, south, east, north], options = {}) {
  const room = { paddingTopLeft: [legendWidth(map) + 24, 24], paddingBottomRight: [24, 24] }
  map.fitBounds(
    [
      [south, west],
      [north, east],
    ],
    { ...room, animate: false, ...options },
  )
}

/** What a legend card takes from the left of a wide map; nothing on a narrow one. */
function legendWidth(map) {
  const card = document.querySelector(".legend-card")
  return card && map.getSize().x > 900 ? card.offsetWidth : 0
}
