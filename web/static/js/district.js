// GET /api/district, asked once a page by whoever needs it first: as it is, or was on a day.
import { request } from "./request.js"

const asked = new Map()

/** Adds `?at=` for a day ("2025-07-01"); nothing for now. */
export const onDay = (path, day) => (day ? `${path}?at=${day}` : path)

export function district(day = "") {
  if (!asked.has(day)) asked.set(day, request(onDay("/api/district", day)))
  return asked.get(day)
}

/** A unit's name; with its parent's in front where the district has several of that name. */
export function unitName({ units }, unit) {
  const namesakes = units.filter((one) => one.role === unit.role && one.name === unit.name)
  const parent = units.find((one) => one.id === unit.parent)
  return namesakes.length > 1 && parent ? `${parent.name} ${unit.name}` : unit.name
}

export const communitiesOf = (answer) => answer.units.filter((unit) => unit.role === "community")
