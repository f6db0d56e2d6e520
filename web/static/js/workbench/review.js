// A plan that is not a draft: why it cannot be changed, and what can be done with it: approve, send back, start anew.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { dismiss, message, sayError } from "../messages.js"
import { day } from "../number-format.js"
import { post } from "../request.js"

const ID = "read-only"
const mayDraw = () => ["planner", "administrator"].includes(document.body.dataset.role)

/** A comment that is kept with the decision; sending back needs one. */
function askComment({ label, needed, decide }) {
  const dialog = find("#review-dialog")
  const comment = el("textarea", { class: "input comment", maxlength: 1000, rows: 4, required: needed })
  const problem = el("p", { class: "tone-over", role: "alert" })
  const form = el(
    "form",
    { method: "dialog" },
    el("header", {}, el("h1", { class: "grow", id: "review-title" }, label)),
    el(
      "div",
      { class: "body" },
      el(
        "label",
        { class: "field" },
        el("span", {}, t(needed ? "workbench.comment_needed" : "workbench.comment")),
        comment,
      ),
      problem,
    ),
    el(
      "footer",
      {},
      el("span", { class: "grow" }),
      el("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("common.cancel")),
      el("button", { class: "btn primary", id: "review-go" }, label),
    ),
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    decide(comment.value.trim()).catch((error) => {
      problem.textContent = error.message
    })
  })
  show(dialog, form)
  dialog.showModal()
}

export function sayReadOnly(desk) {
  const { plan } = desk
  const isMine = plan.state === "submitted" && plan.is_own
  const date = plan.effective_from ? day(plan.effective_from) : ""
  const text = t(`workbench.read_only_${plan.state}${isMine ? "_own" : ""}`, { date })
  message({ id: ID, tone: "calm", text, actions: mayDraw() ? actionsOn(plan, date) : [] })
}

function actionsOn(plan, date) {
  const url = `/api/plans/${plan.id}`
  const act = (label, run) => ({
    label,
    run: () =>
      run().catch((error) => {
        sayError(error, { id: "review" })
      }),
  })
  const decide = async (ending, comment) => {
    await post(`${url}/${ending}`, { comment })
    dismiss(ID)
    location.reload()
  }
  const asking = (ending, label, needed) => ({
    label,
    run: () => askComment({ label, needed, decide: (comment) => decide(ending, comment) }),
  })
  const approve = asking("approve", t("workbench.approve", { date }), false)
  const sendBack = plan.is_own
    ? act(t("workbench.take_back"), () => decide("withdraw", ""))
    : asking("withdraw", t("workbench.send_back"), true)
  const startAnew = act(t("workbench.new_draft"), async () => {
    const { id } = await post("/api/plans", { unit: plan.unit.id, start: plan.id })
    location.assign(`/plans/${id}`)
  })
  if (plan.state === "submitted") return plan.is_own ? [sendBack] : [approve, sendBack]
  return plan.state === "approved" ? [sendBack, startAnew] : [startAnew]
}
