// What if: trial points that are dropped and dragged, services that close; households gained, live.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, percent, signed } from "../number-format.js"
import { request } from "../request.js"
import { head } from "./cards.js"

const place = ({ lng, lat }) => `${lng.toFixed(6)},${lat.toFixed(6)}`

/** `ask(parameters)` adds the page's question; `changed(answer)` draws; `shown(points)` puts the marks. */
export class Trial {
  constructor({ ask, changed, failed, layer, nameOf }) {
    Object.assign(this, { ask, changed, failed, layer, nameOf })
    this.points = []
    this.closed = new Set()
    this.asking = false
    this.again = false
    layer.on("moving", ({ i, latlng }) => this.move(i, latlng))
    layer.on("remove", ({ i }) => this.remove(i))
  }

  get isEmpty() {
    return !this.points.length && !this.closed.size
  }

  add(latlng) {
    this.points.push(latlng)
    this.isNew = true
    this.refresh({ focus: this.points.length - 1 })
  }

  move(i, latlng) {
    this.points[i] = latlng
    this.refresh({ marks: false })
  }

  remove(i) {
    this.points.splice(i, 1)
    this.refresh()
  }

  toggle(service) {
    if (!this.closed.delete(service)) this.closed.add(service)
    this.refresh()
  }

  clear() {
    this.points = []
    this.closed.clear()
    this.refresh()
  }

  refresh({ marks = true, focus = null } = {}) {
    if (marks) this.layer.show(this.points, focus)
    if (!this.isEmpty) return this.update()
    this.layer.showRings(null)
    find("#trial").hidden = true
    return this.changed(null)
  }

  /** One question at a time; while it is on its way, only the newest place is remembered. */
  async update() {
    if (this.asking) {
      this.again = true
      return
    }
    this.asking = true
    try {
      do {
        this.again = false
        const answer = await request(`/api/coverage/trial?${this.ask(this.parameters())}`)
        if (!this.isEmpty) this.draw(answer)
      } while (this.again)
    } catch (error) {
      this.failed(error)
    } finally {
      this.asking = false
    }
  }

  parameters() {
    const asked = {}
    if (this.points.length) asked.opened = this.points.map(place).join(";")
    if (this.closed.size) asked.closed = [...this.closed].join(",")
    return asked
  }

  draw(answer) {
    this.layer.showRings(answer)
    this.changed(answer)
    const row = (key, before, after, change) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, t(`coverage.${key}`)),
        ...[before, after, change].map((text) => el("td", { class: "number" }, text)),
      )
    const points = (answer.percent_after ?? 0) - (answer.percent_before ?? 0)
    const lone = answer.snapped.includes(false)
    const card = find("#trial")
    card.hidden = false
    show(
      card,
      head(
        t("coverage.trial_title"),
        () => this.clear(),
        el("p", { class: "caption" }, t("coverage.trial_hint")),
      ),
      el(
        "p",
        { class: "gain", "aria-live": "polite" },
        el("b", {}, signed(answer.gained - answer.lost)),
        ` ${t("coverage.gain_unit")}`,
      ),
      el(
        "table",
        { class: "table" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th"),
            ...["now", "then", "change"].map((key) =>
              el("th", { class: "number", scope: "col" }, t(`coverage.trial_${key}`)),
            ),
          ),
        ),
        el(
          "tbody",
          {},
          row(
            "trial_covered",
            count(answer.before),
            count(answer.after),
            signed(answer.after - answer.before),
          ),
          row(
            "trial_share",
            percent((answer.percent_before ?? 0) / 100),
            percent((answer.percent_after ?? 0) / 100),
            `${points > 0 ? "+" : ""}${count(points, 1)}`,
          ),
          row("trial_gained", "", "", signed(answer.gained)),
          row("trial_lost", "", "", signed(-answer.lost)),
        ),
      ),
      lone ? el("p", { class: "note" }, icon("warn"), el("span", {}, t("coverage.trial_unsnapped"))) : null,
      ...this.chips(),
    )
    if (this.isNew) card.scrollIntoView({ block: "nearest" })
    this.isNew = false
  }

  /** What the scenario holds, each with a button that takes it out. */
  chips() {
    const chip = (text, run) =>
      el(
        "span",
        { class: "pill accent" },
        text,
        el(
          "button",
          { type: "button", "aria-label": t("coverage.take_out", { name: text }), onclick: run },
          icon("cross"),
        ),
      )
    const opened = this.points.map((_, i) => chip(t("coverage.trial_n", { n: i + 1 }), () => this.remove(i)))
    const closed = [...this.closed].map((id) =>
      chip(t("coverage.closed_named", { name: this.nameOf(id) }), () => this.toggle(id)),
    )
    return [el("div", { class: "chips" }, ...opened, ...closed)]
  }
}
