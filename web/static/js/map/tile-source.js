// Vector tiles of one address: fetched once, decoded once, kept while recently used.
import { PbfReader, VectorTile } from "../../vendor/vector-tile.js"
import { featuresOf } from "./tile-features.js"

const KEPT_TILES = 240
const PROPERTIES = { street: ["class", "name", "bridge"], line: ["kind"], building: ["cell"], grid: ["unit"] }

export class TileSource {
  /** `template` holds {z}, {x}, {y} and any names given to `use`. */
  constructor(template, { maxNativeZoom = 18 } = {}) {
    this.template = template
    this.maxNativeZoom = maxNativeZoom
    this.values = {}
    this.tiles = new Map()
  }

  /** Fill further names of the address, as {set}; tiles of before are forgotten. */
  use(values) {
    this.values = values
    this.tiles.clear()
  }

  get isComplete() {
    return !/\{(?!z\}|x\}|y\})/.test(this.address({ z: "{z}", x: "{x}", y: "{y}" }))
  }

  address(coords) {
    const values = { ...this.values, ...coords }
    return this.template.replaceAll(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark)
  }

  /** The tile that holds `coords` at the deepest zoom the server has: {z, x, y, scale}. */
  native({ z, x, y }) {
    const deeper = Math.max(0, z - this.maxNativeZoom)
    return { z: z - deeper, x: x >> deeper, y: y >> deeper, scale: 2 ** deeper }
  }

  /** Promise of {layerName: Features}; an empty object where the server has nothing. */
  tile(coords) {
    if (!this.isComplete) return Promise.resolve({})
    const address = this.address(coords)
    const known = this.tiles.get(address) ?? fetchTile(address)
    this.tiles.delete(address)
    this.tiles.set(address, known)
    known.catch(() => this.tiles.delete(address))
    if (this.tiles.size > KEPT_TILES) this.tiles.delete(this.tiles.keys().next().value)
    return known
  }
}

async function fetchTile(address) {
  const response = await fetch(address, { credentials: "same-origin" })
  if (response.status === 204) return {}
  if (!response.ok) throw new Error(`tile ${address}: ${response.status}`)
  const bytes = await response.arrayBuffer()
  if (!bytes.byteLength) return {}
  const { layers } = new VectorTile(new PbfReader(new Uint8Array(bytes)))
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => [name, featuresOf(layer, PROPERTIES[name])]),
  )
}
