// Lines that need an answer, in the place where it happened: above the map, or above the page.
import { el, icon } from "./dom.js"
import { t } from "./language.js"
import { Unreachable } from "./request.js"

const ICONS = { over: "warn", warn: "warn", calm: "info" }

/** Show a bar: {id, tone: "over" | "warn" | "calm", text, code, actions: [{label, run, quiet}], close}. */
export function message({ id, tone = "over", text, code = "", actions = [], close = true }) {
  dismiss(id)
  const bar = el(
    "div",
    { class: `message-bar ${tone}`, id: `message-${id}` },
    icon(ICONS[tone]),
    el("span", {}, text),
  )
  bar.append(el("span", { class: "grow" }))
  for (const action of actions)
    bar.append(el("button", { type: "button", class: "btn small", onclick: action.run }, action.label))
  if (code) bar.append(el("small", {}, code))
  if (close) bar.append(closer(() => bar.remove()))
  holder().append(bar)
  return bar
}

export const dismiss = (id) => document.getElementById(`message-${id}`)?.remove()

const closer = (run) =>
  el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("common.close"), onclick: run },
    icon("cross"),
  )

function holder() {
  const given = document.getElementById("messages")
  if (given) return given
  const made = el("div", { class: "messages", id: "messages", role: "alert" })
  document.body.append(made)
  return made
}

/** Say what went wrong in the server's own words, or that it does not answer. */
export function sayError(error, { id = "error", retry = null } = {}) {
  const text = error instanceof Unreachable ? t("common.no_answer") : error.message
  const actions = retry ? [{ label: t("common.retry"), run: () => (dismiss(id), retry()) }] : []
  return message({ id, text, code: error.code ?? "", actions })
}
