// A plan that is not a draft: why it cannot be changed, and what can be done with it: approve, send back, start anew.
import { t } from "../language.js"
import { dismiss, message, sayError } from "../messages.js"
import { day } from "../number-format.js"
import { post } from "../request.js"

const ID = "read-only"
const mayDraw = () => ["planner", "administrator"].includes(document.body.dataset.role)

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
  const reload = async (ending) => {
    await post(`${url}/${ending}`, {})
    dismiss(ID)
    location.reload()
  }
  const approve = act(t("workbench.approve", { date }), () => reload("approve"))
  const sendBack = act(t("workbench.send_back"), () => reload("withdraw"))
  const startAnew = act(t("workbench.new_draft"), async () => {
    const { id } = await post("/api/plans", { unit: plan.unit.id, start: plan.id })
    location.assign(`/plans/${id}`)
  })
  if (plan.state === "submitted") return plan.is_own ? [sendBack] : [approve, sendBack]
  return plan.state === "approved" ? [sendBack, startAnew] : [startAnew]
}
