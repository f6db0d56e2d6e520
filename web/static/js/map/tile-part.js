// Parts of tiles: where a source's features lie in a tile of the stage, and the box of it that is painted anew. Boxes are
// [left, top, right, bottom].
export const TILE_PX = 512
export const EXTENT = 4096

/** Where a source's tile units lie in the world's pixels at the tile's zoom: px = units * unit + left. */
export function placeOf(tile, source) {
  const { x, y, z } = tile.coords
  const native = source.native({ z: z - 1, x, y })
  const unit = (TILE_PX * native.scale) / EXTENT
  return { unit, left: native.x * native.scale * TILE_PX, top: native.y * native.scale * TILE_PX }
}

/** A box in a source's tile units as one in the tile's own pixels. */
export function inTile(tile, source, box) {
  const { unit, left, top } = placeOf(tile, source)
  const [x, y] = [left - tile.coords.x * TILE_PX, top - tile.coords.y * TILE_PX]
  return [box[0] * unit + x, box[1] * unit + y, box[2] * unit + x, box[3] * unit + y]
}

/** Both of what is to be painted in a tile: whole (true), a box, or nothing yet. */
export function joined(one, other) {
  if (!one || other === true) return other
  if (one === true) return true
  const [left, top, right, bottom] = other
  return [Math.min(one[0], left), Math.min(one[1], top), Math.max(one[2], right), Math.max(one[3], bottom)]
}

export const grown = ([left, top, right, bottom], by) => [left - by, top - by, right + by, bottom + by]

/** Only what is inside the box changes from here on; its edges lie between device pixels, so that no seam shows. */
export function clipTo(g, box, ratio) {
  const [left, top] = box.slice(0, 2).map((n) => Math.floor(n * ratio))
  const [right, bottom] = box.slice(2).map((n) => Math.ceil(n * ratio))
  g.beginPath()
  g.rect(left, top, right - left, bottom - top)
  g.clip()
}

/** The features of a tile, or those of them that a box of its pixels touches. */
export function featuresIn(tile, source, box) {
  const all = (source && tile.data.get(source)) ?? {}
  if (!box || !source) return all
  const { unit, left, top } = placeOf(tile, source)
  const [x, y] = [tile.coords.x * TILE_PX - left, tile.coords.y * TILE_PX - top]
  const units = [box[0] + x, box[1] + y, box[2] + x, box[3] + y].map((n) => n / unit)
  return Object.fromEntries(Object.entries(all).map(([name, features]) => [name, features.within(units)]))
}
