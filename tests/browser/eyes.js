// What the browser tests read from a page: places on the screen, what the map holds there, the colours that are painted.
// Put into every page before its own scripts; it uses the modules that the page itself has loaded.
window.eyes = (() => {
  const held = async () => (await import(`/map/${document.body.dataset.page}.js`)).ready
  const at = (lon, lat) => window.L.latLng(lat, lon)
  const hex = (rgb) => `#${[...rgb].map((n) => n.toString(16).padStart(2, "0")).join("")}`

  async function pixel([lon, lat]) {
    const { map } = await held()
    const point = map.latLngToContainerPoint(at(lon, lat))
    const box = map.getContainer().getBoundingClientRect()
    return [point.x + box.x, point.y + box.y]
  }

  /** Does the layer of grids (or of cells) know each [lon, lat, id] under its place? */
  async function knows([layer, places]) {
    const { map, layers } = await held()
    if (!map._loaded) return false
    const find = { district: "gridAt", territory: "cellAt" }[layer]
    return places.every(([lon, lat, id]) => layers[layer][find](at(lon, lat)) === id)
  }

  async function stage() {
    const { map } = await held()
    let found = null
    map.eachLayer((layer) => {
      if (layer.tilesOf) found = layer
    })
    return found
  }

  /** Which of the colours `among` is the commonest on the canvas round each [lon, lat, metres]. */
  async function fills([places, among]) {
    const { map } = await held()
    const canvas = await stage()
    return places.map(([lon, lat, metres]) => {
      const counts = coloursRound(map, canvas, at(lon, lat), metres)
      return among.reduce((best, one) => ((counts[one] ?? 0) > (counts[best] ?? 0) ? one : best), "")
    })
  }

  /** How often each colour is met on a sunflower of 400 points round a place. */
  function coloursRound(map, canvas, place, metres) {
    const counts = {}
    const middle = map.project(place)
    const east = map.unproject(middle.add([1, 0]))
    const reach = metres / map.distance(place, east)
    for (let i = 0; i < 400; i++) {
      const far = reach * Math.sqrt(i / 400)
      const point = middle.add([far * Math.cos(i * 2.39996), far * Math.sin(i * 2.39996)])
      const colour = colourAt(canvas, point, map.getZoom())
      counts[colour] = (counts[colour] ?? 0) + 1
    }
    return counts
  }

  function colourAt(canvas, { x, y }, zoom) {
    for (const { el, coords } of canvas.onScreen()) {
      const px = Math.floor((x - 512 * coords.x) * el.ratio)
      const py = Math.floor((y - 512 * coords.y) * el.ratio)
      const inside = coords.z === zoom && px >= 0 && py >= 0 && px < el.width && py < el.height
      if (inside) return hex(el.getContext("2d").getImageData(px, py, 1, 1).data.slice(0, 3))
    }
    return ""
  }

  /** Position of the grid whose colour the cell under a place wears now. */
  async function worn([lon, lat]) {
    const { territory } = (await held()).layers
    return territory.view.gridOf(territory.cellAt(at(lon, lat)))
  }

  /** Incidents that the marks of the map stand for, wherever it looks. */
  async function incidents() {
    const { index, kept } = (await held()).layers.incidents
    if (kept) return kept.length
    const clusters = index?.getClusters([-180, -85, 180, 85], 0) ?? []
    return clusters.reduce((n, one) => n + (one.properties.point_count ?? 1), 0)
  }

  /** Incidents that the clusters and marks on the screen stand for, and how many marks there are. */
  async function drawnIncidents() {
    const { items } = (await held()).layers.incidents
    return { n: items.reduce((sum, item) => sum + item.n, 0), marks: items.length }
  }

  /** Where a mark of exactly one incident is on the screen: [x, y, id]. */
  async function singleMark() {
    const { map, layers } = await held()
    const item = layers.incidents.items.find(({ n }) => n === 1)
    const point = map.layerPointToContainerPoint(window.L.point(item.x, item.y).subtract(map.getPixelOrigin()))
    const box = map.getContainer().getBoundingClientRect()
    return [point.x + box.x, point.y + box.y, layers.incidents.block.column.id[item.row]]
  }

  /** How many grids wear each look of the district layer: fill and patterns, as [look, number]. */
  async function looks(grids) {
    const { view } = (await held()).layers.district
    const counts = new Map()
    for (const grid of grids) {
      const { fill, patterns } = view.paintOf(grid)
      const look = [fill, ...patterns].join(" ")
      counts.set(look, (counts.get(look) ?? 0) + 1)
    }
    return [...counts]
  }

  async function rings() {
    const drawn = (await held()).layers.services.rings.getLayers()
    return { all: drawn.length, straight: drawn.filter((one) => one.getRadius).length }
  }

  const walksOnly = async () => (await rings()).straight === 0
  const zoom = async () => (await held()).map.getZoom()
  const isLit = async () => (await held()).layers.own.rings.length > 0

  /** Wait until `eyes[name](given)` is true. */
  async function wait([name, given, patience]) {
    const end = performance.now() + patience
    while (performance.now() < end) {
      if (await window.eyes[name](given)) return true
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return false
  }

  return { looks, pixel, knows, fills, worn, incidents, drawnIncidents, singleMark, rings, walksOnly, zoom, isLit, wait }
})()
