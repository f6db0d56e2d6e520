// GET /api/district, asked once a page by whoever needs it first.
import { request } from "./request.js"

let asked = null

export const district = () => (asked ??= request("/api/district"))

/** A unit's name; with its parent's in front where the district has several of that name. */
export function unitName({ units }, unit) {
  const namesakes = units.filter((one) => one.role === unit.role && one.name === unit.name)
  const parent = units.find((one) => one.id === unit.parent)
  return namesakes.length > 1 && parent ? `${parent.name} ${unit.name}` : unit.name
}

export const communitiesOf = (answer) => answer.units.filter((unit) => unit.role === "community")
