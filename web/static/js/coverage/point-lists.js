// The lists of the tab of service points: those of the kind, those out of use, those with hours nobody can read.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { day } from "../number-format.js"
import { request } from "../request.js"
import { choice } from "./choice.js"
import { hoursLine } from "./opening.js"

/** `acts` is {pick(id), open(point), restore(id)}. */
export class PointLists {
  constructor(page, acts) {
    this.page = page
    this.acts = acts
    find("#retired").addEventListener("toggle", () => this.drawRetired())
    find("#unreadable").addEventListener("toggle", () => this.drawUnreadable())
  }

  draw() {
    this.#drawPoints()
    this.drawRetired()
    this.drawUnreadable()
  }

  #drawPoints() {
    const services = this.page.services()
    const n = services?.id.length ?? 0
    const kind = this.page.kinds().find(({ key }) => key === choice.kind)
    show(
      find("#points-title"),
      kind ? t("points.title_of", { kind: kind[language] ?? kind.zh, n }) : t("points.title"),
    )
    if (!n)
      return show(
        find("#point-list"),
        el("div", { class: "empty" }, icon("pin"), el("p", {}, t("points.none"))),
      )
    const row = (id, i) =>
      pointRow(services.name[i], hoursLine(services.opening_hours[i]), () => {
        this.acts.pick(id)
        this.page.map.panTo([services.lat[i], services.lon[i]])
      })
    return show(find("#point-list"), el("ul", { class: "point-list" }, ...services.id.map(row)))
  }

  async drawRetired() {
    if (!find("#retired").open) return
    const rows = await request("/api/services/retired").catch(this.page.failed)
    const row = ({ id, name, kind, retired_at: at }) =>
      pointRow(
        name,
        `${this.kindName(kind)} · ${t("points.retired_on", { day: day(at) })}`,
        () => this.acts.restore(id).catch(this.page.failed),
        t("points.restore"),
      )
    show(
      find("#retired-list"),
      rows?.length ? el("ul", { class: "point-list" }, ...rows.map(row)) : t("points.no_retired"),
    )
  }

  async drawUnreadable() {
    if (!find("#unreadable").open) return
    const rows = await request("/api/services/unreadable-hours").catch(this.page.failed)
    const row = (point) =>
      pointRow(point.name, `${this.kindName(point.kind)} · ${point.opening_hours}`, () =>
        this.acts.open(point),
      )
    show(
      find("#unreadable-list"),
      rows?.length ? el("ul", { class: "point-list" }, ...rows.map(row)) : t("points.all_readable"),
    )
  }

  kindName(key) {
    return this.page.kinds().find((kind) => kind.key === key)?.[language] ?? key
  }
}

function pointRow(name, words, run, label = t("points.edit")) {
  return el(
    "li",
    {},
    el(
      "div",
      { class: "grow" },
      el("b", {}, name || t("coverage.unnamed")),
      el("span", { class: "caption" }, words),
    ),
    el("button", { type: "button", class: "btn small", onclick: run }, label),
  )
}
