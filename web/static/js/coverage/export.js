// Export and print: files of exactly what the page asks, and the page itself on A3.
import { find } from "../dom.js"
import { t } from "../language.js"
import { day } from "../number-format.js"

export function bindExport(asked, district) {
  const menu = find("#export")
  menu.addEventListener("toggle", () => {
    for (const link of menu.querySelectorAll("a[data-path]"))
      link.href = `/api/coverage/${link.dataset.path}?${asked()}`
  })
  menu.addEventListener("click", ({ target }) => {
    if (target.closest("a")) menu.open = false
  })
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return
    menu.open = false
    find("summary", menu).focus()
  })
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target)) menu.open = false
  })
  find("#print").addEventListener("click", () => print())
  addEventListener("beforeprint", () => {
    const { name, households_date: households } = district.project
    const facts = { name, households: day(households), today: day(new Date().toISOString()) }
    find("#print-line").textContent = t("coverage.print_line", facts)
  })
}
