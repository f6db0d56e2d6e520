// Export and print: files of exactly what the page asks, and the page itself on A3.
import { el, find } from "../dom.js"
import { jobBar, jobFile } from "../jobs.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { day } from "../number-format.js"
import { post } from "../request.js"

export function bindExport(asked, district) {
  const menu = find("#export")
  menu.addEventListener("toggle", () => {
    for (const link of menu.querySelectorAll("a[data-path]"))
      link.href = `/api/coverage/${link.dataset.path}?${asked()}`
  })
  menu.addEventListener("click", ({ target }) => {
    if (target.closest("a, button")) menu.open = false
  })
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return
    menu.open = false
    find("summary", menu).focus()
  })
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target)) menu.open = false
  })
  find("#export-pdf").addEventListener("click", () => makePaper(asked()))
  find("#print").addEventListener("click", () => print())
  addEventListener("beforeprint", () => {
    const { name, households_date: households } = district.project
    const facts = { name, households: day(households), today: day(new Date().toISOString()) }
    find("#print-line").textContent = t("coverage.print_line", facts)
  })
}

/** The A3 paper is long work: a bar on the map, then the file. */
async function makePaper(asked) {
  const body = Object.fromEntries(asked)
  for (const name of ["minutes", "speed"]) if (name in body) body[name] = Number(body[name])
  try {
    const { job } = await post("/api/coverage/paper", body)
    await jobBar(find("#paper-job"), job, { title: t("coverage.export_making") })
    el("a", { href: jobFile(job), download: "" }).click()
  } catch (error) {
    if (error.name !== "Cancelled") sayError(error)
  }
}
