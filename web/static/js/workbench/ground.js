// What stands on the plan's ground: its buildings one by one and their compounds, asked for when the plan is opened.
import { sayError } from "../messages.js"
import { standing, wholeBlocks, wholeCompounds } from "../plan/units.js"
import { request } from "../request.js"
import { listen, tell } from "./desk.js"

export function bindGround(desk) {
  listen(desk, "plan-opened", () => load(desk))
}

async function load(desk) {
  const { plan } = desk
  desk.ground = null
  const answer = await request(`/api/plans/${plan.id}/buildings`).catch(
    (error) => void sayError(error, { id: "ground" }),
  )
  if (!answer || desk.plan !== plan) return
  desk.ground = standing(plan, answer)
  tell(desk, "ground-known")
}

/** Cells touched by a painting tool, and what its unit takes besides. */
export function grown(desk, cells) {
  if (desk.unit === "block") return wholeBlocks(desk.plan, cells)
  return desk.unit === "compound" ? wholeCompounds(desk.ground, cells) : cells
}

/** The compounds on a cell: [{id, name}]. */
export const compoundsAt = (desk, cell) =>
  [...(desk.ground?.compoundsOf.get(cell) ?? [])].map((id) => ({ id, name: desk.ground.names.get(id) ?? "" }))
