// A row of a table that leads somewhere, by mouse and by keyboard.
import { el } from "../dom.js"
import { t } from "../language.js"

export function clickRow(go, title, ...cells) {
  const row = el(
    "tr",
    { class: "clickable", tabindex: "0", title: `${title} · ${t("coverage.zoom_to")}` },
    ...cells,
  )
  row.addEventListener("click", go)
  row.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    go()
  })
  return row
}
