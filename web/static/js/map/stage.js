// The one canvas of the map: every layer paints its part into the same tiles, in the order of the parts.
// A part is {order, source, paint(pen)}; a tile is painted from decoded features and never fetched twice.
import { patternOf } from "./patterns.js"
import { clipTo, EXTENT, featuresIn, grown, joined, placeOf, TILE_PX } from "./tile-part.js"

const L = window.L
const HALF_STEPS = 0.5
const EQUATOR_M = 40075016.686
const REACH_PX = 12
const FAR_REACH_PX = 40
const stages = new WeakMap()

/** The stage of a map, put on it at first use; it is drawn to scale at half zooms too. */
export function stageOf(map) {
  if (!stages.has(map)) {
    map.options.zoomSnap = HALF_STEPS
    stages.set(map, new Stage().addTo(map))
  }
  return stages.get(map)
}

const ratioOf = () =>
  Math.min(window.devicePixelRatio || 1, matchMedia("(max-width: 719px)").matches ? 1.5 : 2)

export class Stage extends L.GridLayer {
  constructor() {
    super({
      tileSize: TILE_PX,
      updateWhenZooming: false,
      updateWhenIdle: false,
      keepBuffer: 1,
      maxZoom: 22,
      className: "stage",
    })
    this.parts = []
    this.ground = null
    this.waiting = null
  }

  onAdd(map) {
    super.onAdd(map)
    map.on("zoomend", this.rescale, this)
  }

  onRemove(map) {
    map.off("zoomend", this.rescale, this)
    super.onRemove(map)
  }

  /** CSS pixels of the screen to one of the tiles: 1, or less at half zooms. */
  get scale() {
    return 2 ** (this._map.getZoom() - this._tileZoom)
  }

  /** A place of the map in the tiles' pixels. */
  toTiles(latlng) {
    return this._map.project(latlng, this._tileZoom)
  }

  /** Lines and patterns keep their width on the screen when tiles are shown at another scale. */
  rescale() {
    for (const { el } of this.onScreen()) if (el.data && el.scale !== this.scale) this.paint(el)
  }

  addPart(part) {
    this.parts = [...this.parts, part].sort((one, other) => one.order - other.order)
    this.reload()
  }

  removePart(part) {
    this.parts = this.parts.filter((one) => one !== part)
    this.reload()
  }

  /** Ask the sources again, keep the old picture until the new one is there. */
  reload() {
    for (const { el, coords } of this.onScreen()) this.fill(el, coords)
  }

  /**
   * Paint again, in the next frame, what `partOf(tile)` names: true for the whole tile, false for nothing, or the box
   * [left, top, right, bottom] in the tile's pixels that holds all that has changed.
   */
  repaint(partOf = () => true) {
    if (!this.waiting) {
      this.waiting = new Map()
      requestAnimationFrame(() => this.paintWaiting())
    }
    for (const { el } of this.onScreen()) {
      const part = el.data ? partOf(el) : false
      if (part) this.waiting.set(el, joined(this.waiting.get(el), part))
    }
  }

  paintWaiting() {
    const tiles = this.waiting
    this.waiting = null
    for (const [tile, part] of tiles) this.paint(tile, part === true ? null : part)
  }

  onScreen() {
    return Object.values(this._tiles ?? {})
  }

  createTile(coords, done) {
    const tile = document.createElement("canvas")
    tile.ratio = ratioOf()
    tile.width = tile.height = TILE_PX * tile.ratio
    tile.coords = coords
    this.fill(tile, coords).then(
      () => done(null, tile),
      (error) => done(error, tile),
    )
    return tile
  }

  async fill(tile, coords) {
    const sources = [...new Set(this.parts.map((part) => part.source).filter(Boolean))]
    const at = { z: coords.z - 1, x: coords.x, y: coords.y }
    const loaded = await Promise.all(
      sources.map((source) => source.tile(source.native(at)).catch(() => ({}))),
    )
    tile.data = new Map(sources.map((source, i) => [source, loaded[i]]))
    this.paint(tile)
    this.fire("painted")
  }

  /** Paint a tile anew, or only the `box` of it with what reaches into it. */
  paint(tile, box = null) {
    const g = tile.getContext("2d")
    tile.scale = this.scale
    g.save()
    g.setTransform(1, 0, 0, 1, 0, 0)
    if (box) clipTo(g, grown(box, REACH_PX / tile.scale), tile.ratio)
    g.clearRect(0, 0, tile.width, tile.height)
    const found = new Map()
    for (const part of this.parts) {
      const { source } = part
      if (!found.has(source))
        found.set(source, featuresIn(tile, source, box && grown(box, FAR_REACH_PX / tile.scale)))
      g.save()
      part.paint(penOf(g, tile, source, found.get(source)))
      g.restore()
    }
    g.restore()
  }

  /** Tiles on screen with what a source gave: [{tile, features, native}], for hits and street names. */
  tilesOf(source) {
    const zoom = this._tileZoom
    return this.onScreen()
      .filter(({ el, current, coords }) => current && coords.z === zoom && el.data?.has(source))
      .map(({ el }) => ({ tile: el, features: el.data.get(source), place: placeOf(el, source) }))
  }
}

/** What a part paints with: a canvas set to tile units, and the sizes it needs. */
function penOf(g, tile, source, features) {
  const { ratio, coords, scale } = tile
  const place = source
    ? placeOf(tile, source)
    : { unit: TILE_PX / EXTENT, left: coords.x * TILE_PX, top: coords.y * TILE_PX }
  const k = place.unit * ratio
  const left = coords.x * TILE_PX * ratio
  const top = coords.y * TILE_PX * ratio
  g.setTransform(k, 0, 0, k, place.left * ratio - left, place.top * ratio - top)
  return {
    g,
    tile,
    zoom: coords.z,
    features,
    px: (n) => n / (place.unit * scale),
    metre: pixelsPerMetre(coords) / place.unit,
    pattern: (name) => patternOf(g, name, ratio / scale, left, top),
    wash(colour) {
      g.setTransform(1, 0, 0, 1, 0, 0)
      g.fillStyle = colour
      g.fillRect(0, 0, tile.width, tile.height)
    },
  }
}

function pixelsPerMetre({ y, z }) {
  const world = 256 * 2 ** z
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + 0.5) * TILE_PX) / world)))
  return world / (EQUATOR_M * Math.cos(latitude))
}
