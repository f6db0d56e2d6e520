// Kinds of service and what counts as near: minutes, straight radius, tier, and the source that says so.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { count } from "../number-format.js"
import { post } from "../request.js"
import { toast } from "../toast.js"

const TIERS = [15, 10, 5]
const CHANGING = ["zh", "en", "minutes", "radius_m", "tier", "source", "verified", "care"]

const labelled = (key, input) => el("label", { class: "field" }, el("span", {}, t(`points.${key}`)), input)
const text = (name, value, more = {}) => el("input", { class: "input", name, value, required: true, ...more })
const number = (name, value, min, max) =>
  el("input", { class: "input", type: "number", name, value, min, max, required: true })
const tick = (name, checked) =>
  el(
    "label",
    { class: "choice" },
    el("input", { type: "checkbox", name, checked }),
    el("span", {}, t(`points.kind_${name}`)),
  )

/** `page` is {kinds(), reload(kind)}. */
export class Kinds {
  constructor(page) {
    this.page = page
    find("#kind-add").addEventListener("click", () => this.open(null))
  }

  draw() {
    const head = ["kind", "minutes", "radius", "source"].map((key) =>
      el("th", { scope: "col" }, t(`points.col_${key}`)),
    )
    show(
      find("#kind-list"),
      el(
        "div",
        { class: "scroll" },
        el(
          "table",
          { class: "table kinds" },
          el("thead", {}, el("tr", {}, ...head, el("th"))),
          el("tbody", {}, ...this.page.kinds().map((kind) => this.#row(kind))),
        ),
      ),
    )
  }

  #row(kind) {
    const pill = el(
      "span",
      { class: kind.verified ? "pill ok" : "pill" },
      t(kind.verified ? "coverage.verified" : "coverage.unverified"),
    )
    return el(
      "tr",
      {},
      el(
        "td",
        {},
        el("b", {}, kind[language]),
        el("span", { class: "caption" }, t("points.n_points", { n: count(kind.points) })),
      ),
      el("td", { class: "number" }, t("coverage.n_minutes", { n: kind.minutes })),
      el("td", { class: "number" }, `${count(kind.radius_m)} m`),
      el("td", { class: "source" }, el("span", {}, kind.source), pill),
      el(
        "td",
        {},
        el(
          "button",
          {
            type: "button",
            class: "icon-btn",
            "aria-label": t("points.edit_named", { name: kind[language] }),
            onclick: () => this.open(kind),
          },
          icon("edit"),
        ),
      ),
    )
  }

  /** The form of a kind; null: of a new one. */
  open(kind) {
    const holder = find("#kind-form")
    const problem = el("p", { class: "bad", role: "alert" })
    const go = el("button", { class: "btn primary" }, t(kind ? "points.save" : "points.kind_create"))
    const close = () => {
      holder.hidden = true
    }
    const form = el(
      "form",
      { class: "stack" },
      kind ? null : labelled("kind_key", text("key", "", { pattern: "[a-z][a-z0-9_]+", maxlength: 64 })),
      labelled("kind_zh", text("zh", kind?.zh ?? "", { maxlength: 60 })),
      labelled("kind_en", text("en", kind?.en ?? "", { maxlength: 60 })),
      el(
        "div",
        { class: "field-row" },
        labelled("kind_minutes", number("minutes", kind?.minutes ?? 15, 1, 60)),
        labelled("kind_radius", number("radius_m", kind?.radius_m ?? 1000, 10, 10000)),
        labelled("kind_tier", tierSelect(kind?.tier ?? 15)),
      ),
      labelled("kind_source", text("source", kind?.source ?? "", { maxlength: 300 })),
      el(
        "div",
        { class: "chips" },
        tick("verified", kind?.verified ?? false),
        tick("care", kind?.care ?? false),
      ),
      problem,
      el(
        "div",
        { class: "form-foot" },
        el("span", { class: "grow" }),
        el("button", { type: "button", class: "btn", onclick: close }, t("common.cancel")),
        go,
      ),
    )
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      go.disabled = true
      try {
        await this.store(kind, valuesOf(form))
        close()
      } catch (error) {
        show(problem, error.message)
      } finally {
        go.disabled = false
      }
    })
    holder.hidden = false
    show(holder, form)
    holder.scrollIntoView({ block: "nearest" })
    form.elements[0].focus()
  }

  async store(kind, values) {
    const url = kind ? `/api/services/kinds/${kind.key}` : "/api/services/kinds"
    const answer = await post(url, values)
    const undo = kind && {
      label: t("points.undo"),
      run: () =>
        post(url, Object.fromEntries(CHANGING.map((name) => [name, answer.before[name]])))
          .then(() => this.page.reload())
          .catch(this.page.failed),
    }
    toast(t(kind ? "points.kind_saved" : "points.kind_added"), undo)
    await this.page.reload()
  }
}

function tierSelect(chosen) {
  const option = (tier) => el("option", { value: tier, selected: tier === chosen }, `${tier} min`)
  return el("select", { class: "select", name: "tier" }, ...TIERS.map(option))
}

/** What the form holds, as the server takes it. */
function valuesOf(form) {
  const values = Object.fromEntries(new FormData(form))
  for (const name of ["minutes", "radius_m", "tier"]) values[name] = Number(values[name])
  for (const name of ["verified", "care"]) values[name] = form.elements[name].checked
  return values
}
