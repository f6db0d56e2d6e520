// The features of one layer of a vector tile: flat coordinates, one lazily made Path2D a feature.
const POLYGON = 3

/** Decode a VectorTileLayer into typed arrays; `kept` names the properties to keep. */
export function featuresOf(layer, kept = []) {
  const n = layer.length
  const xy = []
  const rings = []
  const starts = new Uint32Array(n + 1)
  const ids = new Float64Array(n)
  const types = new Uint8Array(n)
  const values = Object.fromEntries(kept.map((name) => [name, new Array(n)]))
  for (let i = 0; i < n; i++) {
    const feature = layer.feature(i)
    ids[i] = feature.id ?? 0
    types[i] = feature.type
    starts[i] = rings.length
    for (const name of kept) values[name][i] = feature.properties[name]
    for (const ring of feature.loadGeometry()) {
      rings.push(xy.length)
      for (const point of ring) xy.push(point.x, point.y)
    }
  }
  starts[n] = rings.length
  rings.push(xy.length)
  return new Features({
    n,
    ids,
    types,
    starts,
    rings: Uint32Array.from(rings),
    xy: Int32Array.from(xy),
    values,
  })
}

export class Features {
  constructor(arrays) {
    Object.assign(this, arrays)
    this.paths = new Array(this.n)
    this.joined = new Map()
  }

  /** The outline of feature `i`, in tile units. */
  path(i) {
    return (this.paths[i] ??= this.trace(new Path2D(), i))
  }

  /** One path of all features that `keep(i)` holds, kept under `key` for as long as the tile lives. */
  union(key, keep = () => true) {
    if (!this.joined.has(key)) {
      const path = new Path2D()
      for (let i = 0; i < this.n; i++) if (keep(i)) this.trace(path, i)
      this.joined.set(key, path)
    }
    return this.joined.get(key)
  }

  /** Closed by a line to the start: closePath measures all of a path each time, and long ones took seconds. */
  trace(path, i) {
    const isClosed = this.types[i] === POLYGON
    for (let r = this.starts[i]; r < this.starts[i + 1]; r++) {
      const from = this.rings[r]
      const to = this.rings[r + 1]
      path.moveTo(this.xy[from], this.xy[from + 1])
      for (let q = from + 2; q < to; q += 2) path.lineTo(this.xy[q], this.xy[q + 1])
      if (isClosed) path.lineTo(this.xy[from], this.xy[from + 1])
    }
    return path
  }

  /** Those of the features whose boxes touch [left, top, right, bottom]; their outlines are shared. */
  within([left, top, right, bottom]) {
    const { boxes } = this
    const kept = []
    for (let i = 0, q = 0; i < this.n; i++, q += 4) {
      if (boxes[q] <= right && boxes[q + 2] >= left && boxes[q + 1] <= bottom && boxes[q + 3] >= top)
        kept.push(i)
    }
    return new SomeFeatures(this, kept)
  }

  /** [left, top, right, bottom] of each feature, four numbers a feature. */
  get boxes() {
    return (this.boxList ??= boxesOf(this))
  }

  /** Index of the feature with this id in the tile, -1 when it is not here. */
  indexOf(id) {
    this.index ??= new Map(Array.from(this.ids, (value, i) => [value, i]))
    return this.index.get(id) ?? -1
  }
}

/** Some features of a tile, numbered anew: to paint a part of it. */
class SomeFeatures {
  constructor(all, kept) {
    this.all = all
    this.kept = kept
    this.n = kept.length
    this.ids = kept.map((i) => all.ids[i])
  }

  get values() {
    return (this.picked ??= picked(this.all.values, this.kept))
  }

  path(i) {
    return this.all.path(this.kept[i])
  }

  union(_, keep = () => true) {
    const path = new Path2D()
    for (let i = 0; i < this.n; i++) if (keep(i)) this.trace(path, i)
    return path
  }

  trace(path, i) {
    return this.all.trace(path, this.kept[i])
  }

  indexOf(id) {
    return this.kept.indexOf(this.all.indexOf(id))
  }
}

const picked = (values, kept) =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, kept.map((i) => list[i])]))

function boxesOf({ n, starts, rings, xy }) {
  const boxes = new Int32Array(4 * n)
  for (let i = 0; i < n; i++) {
    let [left, top, right, bottom] = [1e9, 1e9, -1e9, -1e9]
    for (let q = rings[starts[i]]; q < rings[starts[i + 1]]; q += 2) {
      left = Math.min(left, xy[q])
      right = Math.max(right, xy[q])
      top = Math.min(top, xy[q + 1])
      bottom = Math.max(bottom, xy[q + 1])
    }
    boxes.set([left, top, right, bottom], 4 * i)
  }
  return boxes
}
