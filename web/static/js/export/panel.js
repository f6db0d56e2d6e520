// The panel of the page of data where layers and plans are downloaded, and the addresses for QGIS.
import { el, find, show } from "../dom.js"
import { jobBar, jobFile } from "../jobs.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { post, request, Unreachable } from "../request.js"
import { toast } from "../toast.js"
import { isOfPlan, OTHER_CRS, refusal, WHOLE_PLAN, wishOf } from "./wish.js"

const asked = new URLSearchParams(location.search)
const form = find("#export-form")
const said = find("#export-said")

const option = (value, text, chosen = "") => el("option", { value, selected: String(value) === chosen }, text)

function fillWhat(layers) {
  const chosen = asked.get("plan") ? WHOLE_PLAN : (asked.get("layer") ?? "grids")
  const title = ({ key, title, rows }) =>
    option(key, rows === null ? title : `${title} · ${t("export.rows", { n: count(rows) })}`, chosen)
  const ofPlan = layers.filter(({ plan }) => plan)
  const free = layers.filter(({ plan }) => !plan)
  show(
    form.what,
    ...free.map(title),
    ofPlan.length
      ? el(
          "optgroup",
          { label: t("export.plan") },
          option(WHOLE_PLAN, wholePlan(ofPlan), chosen),
          ...ofPlan.map(title),
        )
      : null,
  )
}

const wholePlan = (ofPlan) => ofPlan.map(({ title }) => title).join(" + ")

function fillCrs({ crs, metric }) {
  const words = (each) => (each === metric ? t("export.crs_metric", { epsg: each }) : t(`export.crs_${each}`))
  show(form.crs, ...crs.map((each) => option(each, words(each))), option(OTHER_CRS, t("export.crs_other")))
}

async function fillPlans() {
  const plans = await request("/api/plans")
  const words = ({ name, unit, state }) => `${unit.name} · ${name} · ${t(`plans.state_${state}`)}`
  show(form.plan, ...plans.map((plan) => option(plan.id, words(plan), asked.get("plan") ?? "")))
}

function adapt(layers) {
  find("#export-plan").hidden = !isOfPlan(form.what.value, layers)
  const other = form.crs.value === OTHER_CRS
  find("#export-epsg").hidden = !other
  form.epsg.required = other
}

function sayWrong(error) {
  const words = error instanceof Unreachable ? t("common.no_answer") : error.message
  show(said, el("p", { class: "export-said-error" }, words))
}

/** Let the browser keep a file, without leaving the page. */
function keep(url) {
  const link = el("a", { href: url, download: "" })
  document.body.append(link)
  link.click()
  link.remove()
}

async function make(wish) {
  const button = find("button[type=submit]", form)
  button.disabled = true
  show(said, el("p", { class: "caption" }, t("export.working")))
  try {
    const { url, job } = await post("/api/exports", wish)
    if (job) {
      const { name } = await jobBar(said, job, { title: t("export.too_large") })
      toast(t("export.made", { name }))
    } else show(said)
    keep(url ?? jobFile(job))
  } catch (error) {
    if (error.code === "job_cancelled") return
    sayWrong(error)
  } finally {
    button.disabled = false
  }
}

function bindForm(layers) {
  form.addEventListener("change", () => adapt(layers))
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const values = Object.fromEntries(new FormData(form))
    const wish = wishOf({ plan: "", epsg: "", ...values }, layers)
    const why = refusal(wish, values.what, layers)
    if (why) show(said, el("p", { class: "export-said-error" }, t(why)))
    else make(wish)
  })
  adapt(layers)
}

function bindAddresses() {
  find("#ogc-address").textContent = `${location.origin}/ogc/`
  find("#tiles-address").textContent = `${location.origin}/ogc/tiles/district.json`
  for (const button of document.querySelectorAll("[data-copy]"))
    button.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(document.getElementById(button.dataset.copy).textContent)
      toast(t("export.copied"))
    })
}

export async function openExport() {
  bindAddresses()
  try {
    const choices = await request("/api/exports")
    if (!choices.layers.length) {
      show(said, el("p", {}, t("export.nothing")))
      return
    }
    fillWhat(choices.layers)
    show(form.format, ...choices.formats.map((key) => option(key, t(`export.format_${key}`))))
    fillCrs(choices)
    find("#export-small").textContent = choices.small
    bindForm(choices.layers)
    if (choices.layers.some(({ plan }) => plan)) await fillPlans()
    if (location.hash === "#export") find("#export").scrollIntoView()
  } catch (error) {
    sayWrong(error)
  }
}

openExport()
