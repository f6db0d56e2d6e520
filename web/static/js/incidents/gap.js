// Complaints beside a kind of service: are they made where it is far? Both sides open their list (JD9).
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { sayError } from "../messages.js"
import { count, percent } from "../number-format.js"
import { request } from "../request.js"
import { nameOf } from "./controls.js"
import { whileOpen } from "./tabs.js"

const USUAL = { category: /买菜/, kind: "market" }

export function bindGap({ view, onlyIds }) {
  const form = find("#gap-form")
  if (!form) return
  const measure = () => look().catch((error) => sayError(error, { id: "gap", retry: measure }))
  form.addEventListener("change", measure)
  whileOpen("gap", async () => {
    if (!view.block) return
    await fill(form, view).catch((error) => sayError(error, { id: "gap" }))
    measure()
  })

  async function look() {
    if (!form.category.value) return show(find("#gap"), nothing())
    const { wanted, block } = view
    const asked = new URLSearchParams({ category: form.category.value, kind: form.kind.value })
    asked.set("from", new Date(wanted.from * 1000).toISOString())
    asked.set("to", new Date(Math.min(wanted.to, block.now + 60) * 1000).toISOString())
    if (form.minutes.value) asked.set("minutes", form.minutes.value)
    find("#gap").setAttribute("aria-busy", "true")
    const found = await request(`/api/incidents/gap?${asked}`)
    find("#gap").removeAttribute("aria-busy")
    return show(find("#gap"), ...answer(found, onlyIds))
  }
}

async function fill(form, { block }) {
  const chosen = form.category.value
  const categories = block.categories.map((category) =>
    el("option", { value: category.key }, nameOf(category)),
  )
  show(form.category, ...categories)
  const usual = block.categories.find(
    ({ key, zh }) => USUAL.category.test(key) || USUAL.category.test(zh ?? ""),
  )
  form.category.value = chosen || usual?.key || block.categories[0]?.key || ""
  if (form.kind.childElementCount) return
  const kinds = (await request("/api/services/kinds")).filter(({ points }) => points > 0)
  show(form.kind, ...kinds.map((kind) => el("option", { value: kind.key }, kind[language])))
  if (kinds.some(({ key }) => key === USUAL.kind)) form.kind.value = USUAL.kind
}

function answer(found, onlyIds) {
  const tone = { gap: "over", no_gap: "ok", few: "warn", none: "" }[found.verdict]
  return [
    el(
      "p",
      { class: `verdict ${tone}` },
      icon({ gap: "warn", no_gap: "check" }[found.verdict] ?? "info"),
      el("span", {}, t(`incidents.gap_${found.verdict}`, { least: 10 })),
    ),
    el("div", { class: "two-sides" }, side("outside", found, onlyIds), side("inside", found, onlyIds)),
    bars(found),
    el(
      "p",
      { class: "caption" },
      t("incidents.gap_formula", {
        kind: found.kind[language],
        minutes: count(found.minutes),
        speed: count(found.speed_kmh, 1),
        metres: count(found.limit_m),
      }),
    ),
  ]
}

const side = (name, found, onlyIds) =>
  el(
    "button",
    {
      type: "button",
      class: "figure",
      "data-side": name,
      onclick: () => onlyIds(found[name], { key: `incidents.subset_${name}`, n: count(found[name].length) }),
    },
    el("b", {}, count(found[name].length)),
    el("span", {}, t(`incidents.gap_${name}`)),
  )

/** Share beyond the walk: of the complaints, and of all households beside it. */
function bars(found) {
  const row = (key, share, part, whole) =>
    el(
      "div",
      { class: "gap-bar" },
      el("span", {}, t(key)),
      el("meter", { min: 0, max: 100, value: share ?? 0 }),
      el("b", {}, share === null ? "–" : percent(share / 100)),
      el("small", {}, `${count(part)} / ${count(whole)}`),
    )
  return el(
    "div",
    { class: "gap-bars" },
    row("incidents.gap_complaints", found.outside_percent, found.outside.length, found.n),
    row(
      "incidents.gap_households",
      found.households_outside_percent,
      found.households_outside,
      found.households,
    ),
  )
}

const nothing = () => el("div", { class: "empty" }, icon("walk"), el("p", {}, t("incidents.none")))
