// The tray: incidents without a place, or outside the district. Kept, listed, placed later, never at (0, 0).
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, day } from "../number-format.js"
import { request } from "../request.js"

const badge = () => find("#tray-count")

export async function drawTray() {
  const { unlocated, total } = await request("/api/incidents/tray")
  badge().textContent = count(total)
  badge().hidden = total === 0
  const rows = unlocated.map((incident) =>
    el(
      "li",
      {},
      el(
        "a",
        { class: "tray-row", href: `/report?place=${incident.id}`, "data-incident": incident.id },
        icon("pin"),
        el(
          "span",
          {},
          el("b", {}, incident.category || t("incidents.no_category")),
          el(
            "small",
            {},
            [incident.text, incident.address, day(incident.reported_at)].filter(Boolean).join(" · "),
          ),
        ),
        el("span", { class: "pill warn" }, t(`incidents.why_${incident.reason}`)),
      ),
    ),
  )
  const more =
    total > unlocated.length
      ? el("li", { class: "caption" }, t("incidents.more", { n: count(total - unlocated.length) }))
      : null
  show(find("#unlocated"), rows.length ? [...rows, more] : nothing())
}

const nothing = () => el("li", { class: "empty" }, icon("check"), el("p", {}, t("incidents.tray_empty")))
