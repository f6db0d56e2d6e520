// GET /api/district, asked once a page by whoever needs it first.
import { request } from "./request.js"

let asked = null

export const district = () => (asked ??= request("/api/district"))

export const communitiesOf = (answer) => answer.units.filter((unit) => unit.role === "community")
