// What every page has: search, the badge of open incidents, the state of the connection.
import { district } from "./district.js"
import { el, find } from "./dom.js"
import { t } from "./language.js"
import { message } from "./messages.js"
import { count, day } from "./number-format.js"
import { bindSearch } from "./search.js"

function showConnection() {
  const online = navigator.onLine
  find("#connection-dot")?.classList.toggle("offline", !online)
  const label = find("#connection")
  if (label) label.textContent = t(online ? "common.connected" : "common.offline")
}

async function showDistrict() {
  const { project, totals } = await district()
  const incidents = find('[data-nav$="incidents"]')
  if (incidents && totals.overdue) {
    incidents.append(
      el("b", { title: t("common.overdue_title", { n: count(totals.overdue) }) }, count(totals.overdue)),
    )
  }
  const line = find("#status-totals")
  if (line && !line.textContent) line.textContent = totalsLine(totals)
  const crs = find("#status-crs")
  if (crs) crs.textContent = project.crs_name ?? `EPSG:${project.metric_epsg}`
}

/** Which page of which district, and when it was printed: on paper only. */
function sayPrintDate() {
  const holder = find("#print-date")
  if (holder) holder.textContent = `${document.title} · ${t("papers.printed", { date: day(new Date()) })}`
}

const totalsLine = (totals) =>
  [
    t("common.n_grids", { n: count(totals.grids) }),
    t("common.n_households", { n: count(totals.households) }),
    t("common.n_buildings", { n: count(totals.buildings) }),
  ].join(" · ")

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.account[open], details.menu[open]")) {
    if (!menu.contains(target) || target.closest(".menu-list a")) menu.open = false
  }
})
addEventListener("online", showConnection)
addEventListener("offline", showConnection)
document.addEventListener("gisgrid:signed-out", () => {
  const actions = [{ label: t("common.sign_in"), run: () => location.assign("/login") }]
  message({ id: "signed-out", tone: "warn", text: t("common.signed_out"), actions, close: false })
})
addEventListener("beforeprint", sayPrintDate)
matchMedia("print").addEventListener("change", sayPrintDate)
showConnection()
if (find("#search")) {
  bindSearch(find("#search"))
  showDistrict().catch(() => {})
}
