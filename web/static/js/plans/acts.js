// What can be done with a plan of the list: compare, duplicate, rename, papers, delete.
import { el, find, icon, show } from "../dom.js"
import { jobBar, jobFile } from "../jobs.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post, request } from "../request.js"

const mayDraw = () => ["planner", "administrator"].includes(document.body.dataset.role)

/** The menu at the end of a row. */
export function actsOf(plan, changed) {
  const isDraft = plan.state === "draft"
  const link = (href, words, options = {}) => el("a", { href, ...options }, words)
  const act = (run, words) =>
    el("button", { type: "button", onclick: (event) => (close(event), run()) }, words)
  const items = [
    link(`/plans/compare?plan=${plan.id}`, t("plans.compare")),
    mayDraw() && act(() => duplicate(plan).catch(sayError), t("plans.duplicate")),
    mayDraw() && isDraft && act(() => rename(plan, changed), t("plans.rename")),
    el("hr"),
    act(() => makeBook(plan, "A4"), t("plans.book", { size: "A4" })),
    act(() => makeBook(plan, "A3"), t("plans.book", { size: "A3" })),
    link(`/api/plans/${plan.id}/plan.xlsx`, t("plans.workbook"), { download: true }),
    link(`/api/plans/${plan.id}/notice.pdf`, t("plans.notice"), { download: true }),
    link(`/api/plans/${plan.id}/leaders.pdf`, t("plans.leader_sheet"), { download: true }),
    mayDraw() && isDraft && el("hr"),
    mayDraw() && isDraft && act(() => askToDelete(plan, changed), t("plans.delete_draft")),
  ]
  const label = t("plans.acts_of", { name: plan.name })
  return el(
    "details",
    { class: "menu", name: "acts" },
    el("summary", { class: "icon-btn", "aria-label": label, title: t("plans.acts") }, icon("more")),
    el("div", { class: "menu-list" }, items),
  )
}

const close = (event) => event.target.closest("details").removeAttribute("open")

async function duplicate(plan) {
  const name = t("plans.copy_of", { name: plan.name }).slice(0, 120)
  const { id } = await post("/api/plans", { unit: plan.unit.id, start: plan.id, name })
  location.assign(`/plans/${id}`)
}

/** The book is drawn by a worker; when it is ready the browser keeps it. */
export async function makeBook(plan, size, holder = find("#work")) {
  try {
    const { job } = await post(`/api/plans/${plan.id}/book`, { size })
    const title = t("plans.book_of", { name: plan.name, size })
    await jobBar(holder, job, { title })
    el("a", { href: jobFile(job), download: "" }).click()
  } catch (error) {
    if (error.name !== "Cancelled") sayError(error)
  }
}

function sheet(dialog, title, body, buttons) {
  show(
    dialog,
    el(
      "form",
      { method: "dialog", class: "sheet" },
      el("header", {}, el("h1", { id: `${dialog.id.replace("-dialog", "")}-title` }, title)),
      el("div", { class: "body" }, body),
      el(
        "footer",
        {},
        el("span", { class: "grow" }),
        el("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("common.cancel")),
        buttons,
      ),
    ),
  )
  dialog.showModal()
}

function rename(plan, changed) {
  const dialog = find("#name-dialog")
  const name = el("input", { class: "input", required: true, maxlength: 120, value: plan.name })
  const keep = async (event) => {
    event.preventDefault()
    if (!name.value.trim()) return
    dialog.close()
    await post(`/api/plans/${plan.id}/name`, { name: name.value.trim() }).catch(sayError)
    changed()
  }
  sheet(
    dialog,
    t("plans.rename"),
    el("label", { class: "field" }, el("span", {}, t("plans.name")), name),
    el("button", { class: "btn primary" }, t("common.save")),
  )
  find("form", dialog).addEventListener("submit", keep)
  name.select()
}

/** Deleting cannot be undone, so it asks once. */
function askToDelete(plan, changed) {
  const dialog = find("#delete-dialog")
  const remove = async () => {
    dialog.close()
    await request(`/api/plans/${plan.id}`, { method: "DELETE" }).catch(sayError)
    changed()
  }
  sheet(
    dialog,
    t("plans.delete_draft"),
    el("p", {}, t("plans.confirm_delete", { name: plan.name })),
    el("button", { type: "button", class: "btn danger sure", onclick: remove }, t("common.delete")),
  )
}
