// Grids given as polygons: one of two plans, and the ground that moves between them. It paints into the stage, so that
// the town stays readable through the plan.
// picture: grids [{geometry, fill, edge}] · moved [{geometry, fill, pattern}] · gone: lines, dashed · selected: geometry.
import { stageOf } from "./stage.js"
import { OVER } from "./palette.js"
import { fillArea, paintInside, strokeBorder, strokeSelected, tintEdge } from "./unit-painting.js"

const L = window.L

export class ComparisonLayer extends L.Layer {
  constructor(options = {}) {
    super()
    L.setOptions(this, options)
    this.picture = null
    this.traced = new Map()
  }

  onAdd(map) {
    this.map = map
    this.stage = stageOf(map)
    const { stage } = this
    this.parts = [
      { order: 30, source: null, paint: (pen) => this.paintFills(pen) },
      {
        order: 50,
        get source() {
          return stage.ground
        },
        paint: (pen) => this.paintBuildings(pen),
      },
      { order: 70, source: null, paint: (pen) => this.paintBorders(pen) },
    ]
    for (const part of this.parts) this.stage.addPart(part)
  }

  onRemove() {
    for (const part of this.parts) this.stage.removePart(part)
  }

  show(picture) {
    this.picture = picture
    this.stage?.repaint()
  }

  paintFills(pen) {
    if (!this.picture) return
    for (const { geometry, fill, edge } of this.picture.grids) {
      const path = this.path(geometry, pen)
      fillArea(pen, path, { fill })
      if (edge) tintEdge(pen, path, path, edge)
    }
    for (const { geometry, fill, pattern } of this.picture.moved)
      fillArea(pen, this.path(geometry, pen), { fill, patterns: [pattern] })
  }

  /** Footprints inside the plan only: the neighbours' stay pale. */
  paintBuildings(pen) {
    const { g, features } = pen
    if (!features.building || !this.picture?.grids.length) return
    g.save()
    const inside = new Path2D()
    for (const { geometry } of this.picture.grids) inside.addPath(this.path(geometry, pen, this.stage.ground))
    g.clip(inside)
    paintInside(pen, features.building.union("all"))
    g.restore()
  }

  paintBorders(pen) {
    if (!this.picture) return
    const { grids, moved, gone, selected } = this.picture
    for (const { geometry } of grids) strokeBorder(pen, this.path(geometry, pen))
    for (const { geometry } of moved) strokeBorder(pen, this.path(geometry, pen), { width: 1.2, casing: 0 })
    if (gone) {
      pen.g.setLineDash([pen.px(5), pen.px(4)])
      strokeBorder(pen, this.path(gone, pen), { width: 1.8, casing: 0, colour: OVER })
      pen.g.setLineDash([])
    }
    if (selected) strokeSelected(pen, this.path(selected, pen), false)
  }

  /** A geometry in the units of a tile; traced once a zoom, moved to where the tile begins. */
  path(geometry, pen, source = null) {
    const { tile } = pen
    const world = this.trace(geometry, tile.coords.z)
    const { unit, left, top } = placeIn(tile, source)
    const path = new Path2D()
    path.addPath(world, new DOMMatrix([1 / unit, 0, 0, 1 / unit, -left / unit, -top / unit]))
    return path
  }

  trace(geometry, zoom) {
    const known = this.traced.get(geometry)
    if (known?.zoom === zoom) return known.path
    const path = new Path2D()
    for (const { points, closed } of linesOf(geometry)) {
      points.forEach(([lon, lat], i) => {
        const at = this.map.project([lat, lon], zoom)
        path[i ? "lineTo" : "moveTo"](at.x, at.y)
      })
      if (closed) path.closePath()
    }
    this.traced.set(geometry, { zoom, path })
    return path
  }
}

const TILE_PX = 512
const EXTENT = 4096

function placeIn({ coords: { x, y, z } }, source) {
  if (!source) return { unit: TILE_PX / EXTENT, left: x * TILE_PX, top: y * TILE_PX }
  const native = source.native({ z: z - 1, x, y })
  const size = native.scale * TILE_PX
  return { unit: size / EXTENT, left: native.x * size, top: native.y * size }
}

/** Rings and lines of a GeoJSON geometry: [{points, closed}]. */
export function linesOf({ type, coordinates, geometries }) {
  const rings = (list) => list.map((points) => ({ points, closed: true }))
  if (type === "GeometryCollection") return geometries.flatMap(linesOf)
  if (type === "Polygon") return rings(coordinates)
  if (type === "MultiPolygon") return coordinates.flatMap(rings)
  if (type === "LineString") return [{ points: coordinates, closed: false }]
  return coordinates.map((points) => ({ points, closed: false }))
}

/** [west, south, east, north] of geometries. */
export function boundsOf(geometries) {
  const points = geometries.flatMap((one) => linesOf(one).flatMap((line) => line.points))
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box
}
