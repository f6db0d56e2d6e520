// Hot spots: where incidents crowd, found by the server (DBSCAN), with n and period; each opens its list.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count, day, length } from "../number-format.js"
import { request } from "../request.js"
import { nameOf } from "./controls.js"
import { whileOpen } from "./tabs.js"

export function bindSpots({ view, map, layers, onlyIds }) {
  const form = find("#spot-form")
  const search = () => look().catch((error) => sayError(error, { id: "spots", retry: search }))
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    search()
  })
  form.addEventListener("change", search)
  whileOpen("spots", search, () => layers.incidents?.outline([]))

  async function look() {
    find("#spots").setAttribute("aria-busy", "true")
    const answer = await request(`/api/incidents/hotspots?${query(view, form)}`)
    find("#spots").removeAttribute("aria-busy")
    layers.incidents?.outline(answer.spots)
    drawHead(answer)
    const go = (spot, n) => {
      map.setView([spot.lat, spot.lon], 17)
      onlyIds(spot.ids, { key: "incidents.subset_spot", n: count(spot.n), rank: n })
      layers.incidents?.outline([spot])
    }
    const rows = answer.spots.map((spot, i) => row(view, spot, i + 1, go, map))
    show(find("#spots"), rows.length ? rows : nothing(answer))
  }
}

/** The filters of the page as they are; the server clusters exactly what the map shows. */
function query({ block, wanted }, form) {
  const asked = new URLSearchParams({ eps_m: form.eps_m.value, least: form.least.value })
  asked.set("from", new Date(wanted.from * 1000).toISOString())
  asked.set("to", new Date(Math.min(wanted.to, block.now + 60) * 1000).toISOString())
  if (wanted.category >= 0) asked.set("categories", block.categories[wanted.category].key)
  if (wanted.level >= 0) asked.set("levels", wanted.level)
  if (wanted.state !== "all") asked.set("state", wanted.state)
  if (!wanted.channels.every(Boolean))
    asked.set("channels", block.channels.filter((_, c) => wanted.channels[c]).join(","))
  return asked
}

function drawHead({ spots, eps_m: eps, least, since, until }) {
  find("#spot-head").textContent = t("incidents.spots_head", {
    n: count(spots.length),
    from: day(since),
    to: day(until),
    eps: length(eps),
    least,
  })
}

function row({ block }, spot, rank, go, map) {
  const category = block.categories.find(({ key }) => key === spot.category) ?? { key: spot.category }
  const line = [
    t("incidents.spot_states", { open: count(spot.open), overdue: count(spot.overdue) }),
    t("incidents.spot_radius", { m: length(spot.radius_m) }),
  ]
  return el(
    "li",
    { class: "spot" },
    el("i", { class: "rank" }, String(rank)),
    el(
      "button",
      { type: "button", class: "spot-name", onclick: () => map.setView([spot.lat, spot.lon], 17) },
      el(
        "b",
        {},
        nameOf(category),
        el("small", {}, ` ${day(spot.first).slice(5)} – ${day(spot.last).slice(5)}`),
      ),
      el("small", {}, line.join(" · ")),
    ),
    el(
      "button",
      {
        type: "button",
        class: "spot-n",
        onclick: () => go(spot, rank),
        "aria-label": t("incidents.open_list", { n: count(spot.n) }),
      },
      el("b", {}, count(spot.n)),
      el("small", {}, t("incidents.pieces")),
    ),
  )
}

const nothing = ({ least, eps_m: eps }) =>
  el(
    "li",
    { class: "empty" },
    icon("check"),
    el("p", {}, t("incidents.no_spots", { least, eps: length(eps) })),
  )
