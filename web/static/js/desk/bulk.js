// The same step for many cases: each for itself; who refuses is named with the reason.
import { el, show } from "../dom.js"
import { t } from "../language.js"
import { message, sayError } from "../messages.js"
import { count } from "../number-format.js"
import { post } from "../request.js"
import { toast } from "../toast.js"
import { factsOf, field } from "../cases/fields.js"
import { stepName, vocabulary } from "../cases/vocabulary.js"

const STEPS = {
  accept: [],
  assign: ["assignee"],
  unassign: [],
  dispatch: [],
  appoint: ["body"],
  recategorise: ["category"],
  urge: [],
  supervise: ["note"],
  verify: ["reason"],
  reject: ["note"],
  comment: ["note"],
}

/** The step that most cases of a tab wait for. */
const USUAL = { accepted: "dispatch", out: "urge", handled: "verify", overdue: "urge" }

/** Draw the bar for the cases chosen; hidden when there are none, or when this role moves nothing. */
export async function drawBulk(bar, ids, rows, { tab, all, none, done }) {
  const mayMove = ["staff", "administrator"].includes(document.body.dataset.role)
  bar.hidden = !ids.length || !mayMove
  if (bar.hidden) return show(bar)
  const known = await vocabulary()
  const fields = el("div", { class: "desk-bulk-fields" })
  const choice = el(
    "select",
    { class: "select", "aria-label": t("cases.bulk_step") },
    ...Object.keys(STEPS).map((step) => el("option", { value: step }, stepName(step))),
  )
  const fill = () => show(fields, ...STEPS[choice.value].map((name) => field(name, { known })))
  choice.value = USUAL[tab] ?? "accept"
  choice.addEventListener("change", fill)
  const form = el(
    "form",
    { class: "desk-bulk-form" },
    el("b", {}, t("cases.chosen", { n: count(ids.length) })),
    choice,
    fields,
    el("button", { class: "btn primary" }, t("cases.bulk_do")),
    ids.length < rows.length
      ? el(
          "button",
          { type: "button", class: "btn quiet", onclick: all },
          t("cases.choose_page", { n: count(rows.length) }),
        )
      : null,
    el("button", { type: "button", class: "btn quiet", onclick: none }, t("cases.choose_none")),
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    send(ids, choice.value, factsOf(form), done)
  })
  fill()
  show(bar, form)
}

async function send(ids, step, facts, done) {
  try {
    const told = await post("/api/cases/steps", { ids, step, ...facts })
    if (told.done.length) toast(t("cases.bulk_done", { n: count(told.done.length), step: stepName(step) }))
    if (told.refused.length) refusedOf(told.refused)
    await done()
  } catch (error) {
    sayError(error, { id: "bulk" })
  }
}

function refusedOf(refused) {
  const reasons = refused.slice(0, 5).map(({ id, code, facts }) => `#${id} ${t(`error.${code}`, facts)}`)
  const rest = refused.length > 5 ? ` … +${count(refused.length - 5)}` : ""
  message({
    id: "bulk",
    tone: "warn",
    text: t("cases.bulk_refused", { n: count(refused.length) }) + reasons.join("；") + rest,
  })
}
