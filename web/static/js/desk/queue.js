// The queue: tabs with their sums, filters, one page after another, many chosen at once.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { deadlineOf, mark as shape } from "../map/incident-marks.js"
import { sayError } from "../messages.js"
import { count, day, shortCode, time } from "../number-format.js"
import { request } from "../request.js"
import { categoryOf, inLanguage, vocabulary } from "../cases/vocabulary.js"
import { drawBulk } from "./bulk.js"
import { askedOf } from "./list-of.js"
import { ofFigure, routes } from "./queue-heading.js"

const TABS = ["inbox", "accepted", "out", "handled", "overdue", "mine", "draft", "closed", "all"]
const PAGE = 50
const OF_A_FIGURE = ["figure", "by", "part", "from", "to", "closed_from", "closed_to"]
const wanted = { tab: "inbox", offset: 0, ...askedOf(location.search) }
const chosen = new Set()
let rows = []
let open = null
let current = null

/** Fill the filters, load the first page; answers {load, mark}. */
export async function startQueue(choose) {
  open = choose
  const known = await vocabulary().catch(
    (error) => sayError(error, { retry: () => location.reload() }) && null,
  )
  if (!known) return { load: () => {}, mark: () => {} }
  fillFilters(known)
  find("#queue-kind").value = wanted.kind ?? ""
  for (const name of ["category", "channel", "kind", "level", "community"]) bind(name)
  let waiting = null
  find("#queue-text").addEventListener("input", ({ target }) => {
    clearTimeout(waiting)
    waiting = setTimeout(() => filter("text", target.value.trim()), 250)
  })
  await load()
  return { load, mark }
}

async function fillFilters(known) {
  const groups = known.categories.filter((each) => !each.parent)
  find("#queue-category").append(...groups.map((g) => el("option", { value: g.code }, inLanguage(g))))
  const { units } = await request("/api/district").catch(() => ({ units: [] }))
  const communities = units.filter((unit) => unit.role === "community")
  find("#queue-community").append(...communities.map((u) => el("option", { value: u.id }, u.name)))
  find("#queue-community").value = wanted.community ?? ""
}

const bind = (name) =>
  find(`#queue-${name}`).addEventListener("change", ({ target }) => filter(name, target.value))

function filter(name, value) {
  if (value) wanted[name] = value
  else delete wanted[name]
  if (name === "tab") for (const each of OF_A_FIGURE) delete wanted[each]
  wanted.offset = 0
  chosen.clear()
  return load()
}

async function load() {
  try {
    const answer = await request(`/api/cases?${new URLSearchParams({ ...wanted, limit: PAGE })}`)
    if (wanted.offset && !answer.rows.length) return filter("tab", wanted.tab)
    draw(answer)
  } catch (error) {
    sayError(error, { id: "queue", retry: load })
  }
}

function draw(answer) {
  rows = answer.rows
  for (const id of chosen) if (!rows.some((row) => row.id === id)) chosen.delete(id)
  show(find("#queue-tabs"), ...TABS.map((tab) => chip(tab, answer.tabs)))
  const { route_dispatch: one, route_claim: named, route_task_force: force } = answer.tabs
  show(
    find("#queue-routes"),
    ofFigure(answer, wanted, () => filter("tab", "all")),
    ...routes({ dispatch: one, claim: named, task_force: force }),
  )
  show(find("#queue-rows"), rows.length ? table(answer) : nothing())
  drawChosen()
}

function chip(tab, sums) {
  const n = sums[tab]
  const tone = tab === "overdue" && n ? "bad" : ""
  return el(
    "button",
    {
      type: "button",
      class: "chip plain",
      "data-tab": tab,
      "aria-pressed": String(wanted.tab === tab),
      onclick: () => filter("tab", tab),
    },
    t(`cases.queue_${tab}`),
    n === undefined ? null : el("b", { class: tone }, count(n)),
  )
}

const nothing = () => el("div", { class: "empty" }, icon("check"), el("p", {}, t("cases.queue_empty")))

function table({ total }) {
  const last = Math.min(wanted.offset + PAGE, total)
  const turn = (label, offset, isOff) =>
    el(
      "button",
      {
        type: "button",
        class: "btn small",
        disabled: isOff,
        onclick: () => ((wanted.offset = offset), load()),
      },
      label,
    )
  return [
    el("ul", { class: "queue-list" }, ...rows.map(drawRow)),
    el(
      "div",
      { class: "queue-foot" },
      el(
        "span",
        { class: "caption" },
        t("cases.page", { from: count(wanted.offset + 1), to: count(last), of: count(total) }),
      ),
      turn(t("cases.before"), Math.max(wanted.offset - PAGE, 0), wanted.offset === 0),
      turn(t("cases.after"), wanted.offset + PAGE, last >= total),
    ),
  ]
}

function drawRow(row) {
  const state = deadlineOf({ closed: row.closed_at, overdue: row.overdue, dueAt: row.due_at })
  const due =
    row.due_at && !row.closed_at ? `${day(row.due_at)} ${time(row.due_at)}` : t(`incidents.deadline_${state}`)
  const box = el("input", { type: "checkbox", "aria-label": `#${row.id}` })
  box.checked = chosen.has(row.id)
  box.addEventListener("change", () => {
    box.checked ? chosen.add(row.id) : chosen.delete(row.id)
    drawChosen()
  })
  const place = [row.community_name, row.grid_code && shortCode(row.grid_code)].filter(Boolean).join(" ")
  const who = [row.body, row.assignee_name].filter(Boolean).join(" · ")
  return el(
    "li",
    { "data-incident": row.id, "aria-current": String(row.id === current) },
    el("label", { class: "queue-check" }, box),
    el(
      "button",
      { type: "button", class: "queue-row", onclick: () => open(row.id) },
      shape(row.channel, state, 22),
      el("b", {}, categoryOf(row), flags(row)),
      el("span", { class: "queue-state" }, inLanguage(row.label)),
      el("span", { class: `due ${state}` }, due),
      el("small", {}, [`#${row.id}`, row.text].filter(Boolean).join(" ")),
      el(
        "small",
        { class: "queue-place" },
        [place || t("incidents.unlocated"), who].filter(Boolean).join(" · "),
      ),
    ),
  )
}

function flags(row) {
  const told = []
  if (row.kind !== "case") told.push([t(`cases.kind_${row.kind}`), "accent"])
  if (row.level > 1) told.push([t("cases.level", { n: row.level }), "warn"])
  if (row.major) told.push([t("cases.major"), "over"])
  if (row.supervised) told.push([t("cases.supervised"), "over"])
  if (row.urged) told.push([t("cases.urged", { n: row.urged }), "warn"])
  return told.map(([text, tone]) => el("span", { class: `pill ${tone}` }, text))
}

function drawChosen() {
  drawBulk(find("#queue-bulk"), [...chosen], rows, {
    tab: wanted.tab,
    all: () => {
      for (const row of rows) chosen.add(row.id)
      for (const box of document.querySelectorAll(".queue-check input")) box.checked = true
      drawChosen()
    },
    none: () => {
      chosen.clear()
      for (const box of document.querySelectorAll(".queue-check input")) box.checked = false
      drawChosen()
    },
    done: () => (chosen.clear(), load()),
  })
}

function mark(id) {
  current = id
  for (const item of document.querySelectorAll(".queue-list li"))
    item.setAttribute("aria-current", String(item.dataset.incident === String(id)))
}
