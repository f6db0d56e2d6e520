// Dissolve: the engine says which neighbours take the cells of a grid; shown as a proposal, accepted whole or in part.
import { find } from "../dom.js"
import { openDrawer } from "../drawer.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post } from "../request.js"
import { closeBalance, setOpen } from "./balance.js"
import { select, shortOf } from "./desk.js"
import { showProposal } from "./proposal.js"

export async function proposeDissolving(desk, position) {
  const grid = shortOf(desk, position)
  find("#progress").hidden = false
  await desk.queue.idle()
  try {
    const url = `/api/plans/${desk.plan.id}/grids/${desk.plan.grids[position].position}/dissolve`
    const answer = await post(url, {})
    select(desk, null)
    setOpen(true)
    openDrawer()
    const title = t("workbench.dissolve_grid", { grid })
    showProposal(desk, answer, { kind: "dissolve", title, close: () => closeBalance(desk) })
    find("#balance-accept").focus()
  } catch (error) {
    sayError(error, { id: "balance" })
  } finally {
    find("#progress").hidden = true
  }
}
