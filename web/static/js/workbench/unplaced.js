// Buildings that no cell holds: imported after the cells were built, in no grid of any plan on them. Listed by name.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { sayError } from "../messages.js"
import { post } from "../request.js"
import { listen, tell } from "./desk.js"

const NEAR_ZOOM = 18

export function bindUnplaced(desk) {
  listen(desk, "plan-opened ground-known", () => showUnplaced(desk))
}

function showUnplaced(desk) {
  const unplaced = desk.ground?.unplaced ?? []
  find("#unplaced").hidden = !unplaced.length
  find("#status-unplaced").textContent = t("workbench.unassigned", { n: count(unplaced.length) })
  if (!unplaced.length) return
  show(
    find("#unplaced"),
    el("h2", {}, t("workbench.unassigned_title", { n: count(unplaced.length) })),
    el(
      "ul",
      { class: "unplaced-list" },
      unplaced.map((building) => row(desk, building)),
    ),
    el("p", { class: "caption" }, t("workbench.unassigned_why")),
    document.body.dataset.role !== "staff" && placeButton(desk),
  )
}

/** Every plan on this ground counts them then; the plan is read anew. */
function placeButton(desk) {
  const place = async () => {
    const { placed, left } = await post(`/api/plans/${desk.plan.id}/buildings/place`, {})
    const words = { n: count(placed), left: count(left) }
    tell(desk, "reshaped", {
      words: t(left ? "workbench.placed_left" : "workbench.placed", words),
      isNoGesture: true,
    })
  }
  const press = () => place().catch(sayError)
  return el(
    "button",
    { type: "button", class: "btn small", id: "place-all", onclick: press },
    t("workbench.place_all"),
  )
}

function row(desk, { id, name, address, households, x, y }) {
  const words = name || address || t("workbench.building_named", { id })
  const look = el(
    "button",
    { type: "button", class: "link", onclick: () => desk.map.setView([y, x], NEAR_ZOOM) },
    icon("zoom-to"),
    t("common.zoom_to"),
  )
  return el(
    "li",
    { class: "building-row" },
    el("b", { class: "grow" }, words),
    el("span", { class: "number" }, t("common.n_households", { n: count(households) })),
    look,
  )
}
