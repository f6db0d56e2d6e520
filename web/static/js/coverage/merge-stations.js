// The list of stations that may close, and what they may merge into.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"

/** Into no station in particular; into a new one. */
export const KEEP = "keep"
export const NEW = "new"

export function drawStations({ id, name }, { closed, households, toggle }) {
  const holder = find("#merge-stations")
  if (id.length < 2)
    return show(holder, el("p", { class: "caption" }, t("coverage.merge_few", { n: id.length })))
  const line = (one, i) => {
    const input = el("input", { type: "checkbox", checked: closed.has(one), onchange: () => toggle(one) })
    const near = households.get(one)
    const people = near === undefined ? "" : t("coverage.n_households", { n: count(near) })
    return el(
      "li",
      {},
      el(
        "label",
        { class: "choice" },
        input,
        el("span", { class: "grow" }, name[i] || t("coverage.unnamed")),
        el("span", { class: "muted" }, people),
      ),
    )
  }
  return keepPlace(holder, el("ul", { class: "station-list" }, ...id.map(line)))
}

/** Draw the list again and leave the keyboard and the scroll where they were. */
function keepPlace(holder, list) {
  const at = [...holder.querySelectorAll("input")].indexOf(document.activeElement)
  const top = find(".station-list", holder)?.scrollTop ?? 0
  show(holder, list)
  list.scrollTop = top
  list.querySelectorAll("input")[at]?.focus({ preventScroll: true })
}

export function drawTargets({ id, name }, closed, into) {
  const named = [...closed].map((one) => [one, name[id.indexOf(one)] || t("coverage.unnamed")])
  const options = [[KEEP, t("coverage.merge_keep")], [NEW, t("coverage.merge_new")], ...named]
  show(find("#merge-into"), ...options.map(([value, text]) => el("option", { value }, text)))
  find("#merge-into").value = String(into)
}
