// The list in the order in which incidents press; what they say is fetched for the rows that are shown.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { DEADLINES } from "./block.js"
import { nameOf } from "./controls.js"
import { count, day, shortCode, time } from "../number-format.js"
import { request } from "../request.js"
import { mark } from "../map/incident-marks.js"

const known = new Map()
let asked = null

export function drawList(view, rows, { choose, gridCodes, more }) {
  const total = view.found.kept.length
  find("#list-count").textContent = count(total)
  const shown = rows.map((i) => row(view, i, choose, gridCodes))
  const rest = total - rows.length
  const next =
    rest > 0
      ? el(
          "li",
          { class: "more" },
          el(
            "button",
            { type: "button", class: "btn small", onclick: more },
            t("incidents.show_more", { n: count(rest) }),
          ),
        )
      : null
  show(find("#list"), total ? [...shown, next] : empty())
  fillTexts(rows.map((i) => view.block.column.id[i]))
}

export const clearList = () =>
  show(find("#list"), ...Array.from({ length: 6 }, () => el("li", { class: "skeleton tall" })))

function row({ block, deadline }, i, choose, gridCodes) {
  const { id, due, reported, channel, category, grid, level } = block.column
  const state = DEADLINES[deadline[i]]
  const place = [
    gridCodes.has(grid[i]) ? t("common.grid_named", { code: shortCode(gridCodes.get(grid[i])) }) : null,
    level[i] > 1 ? t("incidents.level", { level: level[i] }) : null,
    day(reported[i] * 1000),
  ]
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", "data-incident": id[i], onclick: () => choose(i) },
      mark(block.channels[channel[i]], state, 24),
      el("b", {}, nameOf(block.categories[category[i]])),
      el("span", { class: `due ${state}` }, dueText(due[i], state)),
      el(
        "small",
        {},
        el("span", { "data-text": id[i] }, known.get(id[i]) ?? ""),
        el("span", {}, place.filter(Boolean).join(" · ")),
      ),
    ),
  )
}

function dueText(due, state) {
  if (!due || state === "closed") return t(`incidents.deadline_${state}`)
  return t("incidents.due", { at: `${day(due * 1000).slice(5)} ${time(due * 1000)}` })
}

/** Fetch what the rows say, those that were never shown before. */
async function fillTexts(ids) {
  const wanted = ids.filter((id) => !known.has(id)).slice(0, 500)
  if (!wanted.length) return
  asked?.abort()
  asked = new AbortController()
  const texts = await request(`/api/incidents/texts?ids=${wanted.join(",")}`, { signal: asked.signal }).catch(
    () => ({}),
  )
  for (const [id, text] of Object.entries(texts)) {
    known.set(Number(id), text)
    const place = find(`#list [data-text="${Number(id)}"]`)
    if (place) place.textContent = text
  }
}

export function markRow(id) {
  for (const button of find("#list").querySelectorAll("button[data-incident]"))
    button.setAttribute("aria-current", String(button.dataset.incident === String(id)))
}

const empty = () => el("li", { class: "empty" }, icon("list"), el("p", {}, t("incidents.none")))
