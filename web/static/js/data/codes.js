// Codes over the years: which unit followed which, and which one a code means on a day.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { request } from "../request.js"

const span = ({ valid_from: from, valid_to: to }) =>
  to ? t("data.code_span", { from, to }) : t("data.code_since", { from })

const unit = (one) =>
  el("td", {}, el("b", { lang: "zh" }, one.name), " ", one.code, el("span", { class: "caption" }, span(one)))

const line = ({ day, change, old, new: fresh }) =>
  el("tr", {}, el("td", {}, day), unit(old), el("td", {}, t(`data.change_${change}`)), unit(fresh))

function drawChanges(changes) {
  const box = find("#code-changes")
  if (!changes.length)
    return show(box, el("div", { class: "empty" }, icon("history"), el("p", {}, t("data.codes_none"))))
  const heads = ["data.code_day", "data.code_old", "data.code_change", "data.code_new"]
  const table = el(
    "table",
    { class: "table" },
    el("thead", {}, el("tr", {}, ...heads.map((key) => el("th", {}, t(key))))),
    el("tbody", {}, ...changes.map(line)),
  )
  return show(box, el("div", { class: "scroll" }, table))
}

function drawMeant(units) {
  const lines = units.map((one) =>
    el("li", {}, el("b", { lang: "zh" }, one.name), ` ${one.code} · ${span(one)}`),
  )
  show(find("#code-meant"), ...(lines.length ? lines : [el("li", {}, t("data.code_nobody"))]))
}

/** Fill the part of the page that tells of codes, and answer which unit a code meant. */
export function startCodes() {
  const form = find("#code-on")
  form.elements.day.value = new Date().toLocaleDateString("sv") // as 2026-11-22, where the reader is
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const asked = new URLSearchParams(new FormData(form))
    request(`/api/data/codes/on?${asked}`).then(drawMeant, sayError)
  })
  request("/api/data/codes").then(drawChanges, sayError)
}
