// Auto-balance beside the map: settings, a preview with the moved cells hatched, and accepting all or part of it.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { Cancelled, cancelJob, jobBar } from "../jobs.js"
import { post, request } from "../request.js"
import { sayError } from "../messages.js"
import { openDrawer } from "../drawer.js"
import { aliveGrids } from "../plan/grids.js"
import { listen, select, shortOf } from "./desk.js"
import { toggleLock } from "./lock-tool.js"
import { clearPreview } from "./preview.js"
import { showProposal } from "./proposal.js"

export function bindBalance(desk) {
  find("#open-balance").addEventListener("click", () =>
    find("#panel-balance").hidden ? openBalance(desk) : closeBalance(desk),
  )
  listen(desk, "grids-changed", () => !find("#panel-balance").hidden && !desk.proposal && showSettings(desk))
  listen(desk, "plan-changed", () => closeBalance(desk))
}

function openBalance(desk) {
  select(desk, null)
  desk.settings ??= { ...desk.plan.band, prefer: 0.3 }
  setOpen(true)
  openDrawer()
  showSettings(desk)
}

export function closeBalance(desk) {
  desk.proposal = null
  if (desk.balancing) cancelJob(desk.balancing).catch(() => {})
  setOpen(false)
  clearPreview(desk)
}

export function setOpen(isOpen) {
  find("#panel-balance").hidden = !isOpen
  find("#panel-plan").hidden = isOpen
  find("#open-balance").setAttribute("aria-expanded", String(isOpen))
}

/** The first page: target, band, locks, how much shape may cost in moves. */
export function showSettings(desk) {
  desk.proposal = null
  clearPreview(desk)
  const form = el(
    "form",
    { class: "balance-panel" },
    el("header", {}, el("h1", { class: "grow" }, t("workbench.auto_balance"))),
    el("p", { class: "caption" }, t("workbench.balance_explained")),
    el("div", { class: "row2" }, number(desk, "low"), number(desk, "target"), number(desk, "high")),
    locks(desk),
    chosen(desk),
    slider(desk),
    el("div", { id: "balance-job" }),
    el("div", { class: "card-actions" }, submit(), cancel(desk)),
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    run(desk, form)
  })
  show(find("#panel-balance"), form)
}

function number(desk, name) {
  const input = el("input", {
    class: "input",
    type: "number",
    min: 1,
    max: 100000,
    required: true,
    value: desk.settings[name],
    name,
  })
  input.addEventListener("input", () => (desk.settings[name] = Number(input.value)))
  return el("label", { class: "field" }, el("span", {}, t(`workbench.band_${name}`)), input)
}

function locks(desk) {
  const button = (grid, position) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(grid.locked), onclick: () => toggleLock(desk, position) },
      shortOf(desk, position),
    )
  return el(
    "div",
    { class: "field" },
    el("span", {}, t("workbench.lock_list")),
    el(
      "div",
      { class: "lock-list" },
      aliveGrids(desk.plan).map((position) => button(desk.plan.grids[position], position)),
    ),
  )
}

/** A chosen few: only these grids may change. None chosen: all that are open. */
function chosen(desk) {
  desk.settings.only ??= new Set()
  const { only } = desk.settings
  const button = (grid) => {
    const { position, locked } = desk.plan.grids[grid]
    const turn = (event) => {
      if (!only.delete(position)) only.add(position)
      event.currentTarget.setAttribute("aria-pressed", String(only.has(position)))
      tellChosen(desk)
    }
    const state = { "aria-pressed": String(only.has(position)), disabled: locked, "data-only": position }
    return el("button", { type: "button", ...state, onclick: turn }, shortOf(desk, grid))
  }
  queueMicrotask(() => tellChosen(desk))
  return el(
    "div",
    { class: "field" },
    el("span", {}, t("workbench.only_list")),
    el(
      "div",
      { class: "lock-list only", role: "group", "aria-label": t("workbench.only_list") },
      aliveGrids(desk.plan).map(button),
    ),
    el("span", { class: "caption", id: "only-told", "aria-live": "polite" }),
  )
}

/** Positions of the chosen grids that may still change. */
const stillThere = (desk) =>
  aliveGrids(desk.plan)
    .map((grid) => desk.plan.grids[grid])
    .filter(({ position, locked }) => !locked && desk.settings.only.has(position))
    .map(({ position }) => position)

function tellChosen(desk) {
  const line = document.getElementById("only-told")
  const n = stillThere(desk).length
  if (line) line.textContent = n ? t("workbench.only_n", { n }) : t("workbench.only_all")
}

function slider(desk) {
  const input = el("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 0.1,
    value: desk.settings.prefer,
    "aria-label": t("workbench.prefer"),
  })
  input.addEventListener("input", () => (desk.settings.prefer = Number(input.value)))
  return el(
    "div",
    { class: "field" },
    el("span", {}, t("workbench.prefer")),
    input,
    el(
      "span",
      { class: "slider-ends" },
      el("span", {}, t("workbench.fewest_moves")),
      el("span", {}, t("workbench.best_shape")),
    ),
  )
}

const submit = () => el("button", { class: "btn primary", id: "balance-run" }, t("workbench.compute"))
const cancel = (desk) =>
  el("button", { type: "button", class: "btn quiet", onclick: () => closeBalance(desk) }, t("common.cancel"))

async function run(desk, form) {
  const { target, low, high, prefer } = desk.settings
  if (!(low < target && target < high))
    return sayError(new Error(t("workbench.band_wrong")), { id: "balance" })
  const button = form.querySelector("#balance-run")
  button.disabled = true
  await desk.queue.idle()
  try {
    const only = stillThere(desk)
    const wish = { target, band: { low, high }, prefer, ...(only.length && { only }) }
    const answer = await worked(desk, wish, find("#balance-job"))
    if (!form.isConnected || find("#panel-balance").hidden) return undefined
    if (answer.version !== desk.queue.version) throw new Error(t("workbench.balance_outdated"))
    showProposal(desk, answer, { back: () => showSettings(desk), close: () => closeBalance(desk) })
  } catch (error) {
    if (!(error instanceof Cancelled)) sayError(error, { id: "balance" })
  } finally {
    desk.balancing = null
    button.disabled = false
  }
  return undefined
}

/** What the engine proposes, worked out by a job that the planner sees and may call off. */
async function worked(desk, wish, place) {
  const url = `/api/plans/${desk.plan.id}/balance`
  const { job } = await post(url, wish)
  desk.balancing = job
  await jobBar(place, job)
  return request(`${url}/${job}`)
}
