// The administrator's switch: must another person than the author approve a plan?
import { find } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post } from "../request.js"
import { toast } from "../toast.js"

export function bindTwoPerson(project) {
  const box = find("#two-person")
  if (!box) return
  box.checked = project.two_person
  box.disabled = false
  box.addEventListener("change", async () => {
    box.disabled = true
    try {
      await post("/api/project/approval", { two_person: box.checked })
      toast(t(box.checked ? "plans.two_person_on" : "plans.two_person_off"))
    } catch (error) {
      box.checked = !box.checked
      sayError(error)
    }
    box.disabled = false
  })
}
