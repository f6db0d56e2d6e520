// Mergers: many stations close into one; who is served before and after, who loses access. Nothing is stored.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { SpokeLayer } from "../map/spoke-layer.js"
import { TrialLayer } from "../map/trial-layer.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { asked, choice } from "./choice.js"
import { mergerLegend } from "./change-legend.js"
import { drawChange } from "./change-tables.js"
import { drawStations, drawTargets, KEEP, NEW } from "./merge-stations.js"
import { saveScenario } from "./save-scenario.js"

const NONE = { fill: "#fafbf9", edge: null, patterns: [] }

export class Merge {
  constructor(page) {
    this.page = page
    this.closed = new Set()
    this.into = KEEP
    this.place = null
    this.turn = 0
    this.households = new Map()
    this.spokes = new SpokeLayer().addTo(page.map)
    this.mark = new TrialLayer({ label: () => t("coverage.new_point") }).addTo(page.map)
    this.mark.on("moving", ({ latlng }) => {
      this.place = latlng
      this.update()
    })
    this.mark.on("remove", () => this.choose(KEEP))
    find("#merge-into").addEventListener("change", ({ target }) => this.choose(target.value))
    find("#merge-clear").addEventListener("click", () => this.clear())
  }

  enter() {
    this.changed()
  }

  leave() {
    this.turn += 1
    this.answer = null
    this.spokes.show([])
    this.mark.show([])
    this.page.layers.services?.mark()
    this.page.layers.coverage?.showChange(null)
  }

  changed() {
    const services = this.page.services()
    if (!services) return
    const own = new Set(services.id)
    for (const id of this.closed) if (!own.has(id)) this.closed.delete(id)
    if (this.kind !== choice.kind) {
      this.kind = choice.kind
      this.into = KEEP
      this.place = null
    }
    this.update()
  }

  clear() {
    this.closed.clear()
    this.choose(KEEP)
  }

  toggle(id) {
    if (!this.closed.delete(id)) this.closed.add(id)
    if (this.into !== KEEP && this.into !== NEW && !this.closed.has(Number(this.into))) this.into = KEEP
    this.update()
  }

  choose(into) {
    this.into = into
    if (into === NEW) this.place ??= this.#middle()
    this.mark.show(into === NEW ? [this.place] : [])
    this.update()
  }

  /** Amid the stations that close: a first place for the new one. */
  #middle() {
    const { id, lon, lat } = this.page.services()
    const at = id.map((_, i) => i).filter((i) => this.closed.has(id[i]))
    if (!at.length) return this.page.map.getCenter()
    const mean = (values) => at.reduce((sum, i) => sum + values[i], 0) / at.length
    return { lat: mean(lat), lng: mean(lon) }
  }

  /** A click on a station ticks it. */
  pick(id) {
    this.toggle(id)
    return true
  }

  /** A click on the map puts the new one there. */
  click(latlng) {
    if (this.into !== NEW) return true
    this.place = latlng
    this.choose(NEW)
    return true
  }

  change() {
    const target = Number(this.into)
    return {
      kind: choice.kind,
      opened: this.into === NEW ? [[this.place.lng, this.place.lat]] : [],
      moved: [],
      closed: [...this.closed].filter((id) => id !== target),
    }
  }

  async update() {
    const turn = ++this.turn
    const { opened, closed } = this.change()
    const query = asked()
    if (closed.length) query.set("closed", closed.join(","))
    if (opened.length) query.set("opened", opened.map((place) => place.map((x) => x.toFixed(6))).join(";"))
    this.drawStations()
    try {
      const answer = await request(`/api/coverage/what-if?${query}`)
      if (turn === this.turn) this.draw(answer, query)
    } catch (error) {
      if (turn === this.turn) this.drawError(error)
    }
  }

  drawError(error) {
    const line = el("p", { class: "note", role: "alert" }, icon("warn"), el("span", {}, error.message))
    show(find("#merge-answer"), el("div", { class: "section" }, line))
  }

  draw(answer, query) {
    this.answer = answer
    this.households = new Map(answer.stations.map((row) => [row.id, row.a]))
    this.drawStations()
    const isIdle = !this.closed.size && this.into === KEEP
    this.page.layers.coverage?.showChange(isIdle ? null : answer)
    this.drawMarks()
    if (isIdle)
      show(
        find("#merge-answer"),
        el("div", { class: "section empty" }, icon("merge"), el("p", {}, t("coverage.merge_none"))),
      )
    else
      drawChange(find("#merge-answer"), answer, {
        zoomTo: this.page.lookAt,
        sum: this.#sum(),
        xlsx: `/api/coverage/what-if.xlsx?${query}`,
        save: () => saveScenario(this.change()),
      })
    this.page.draw()
  }

  /** Merging keeps the households: those of the closed ones go to others, none is lost from the sum. */
  #sum() {
    const { stations, total, a, b } = this.answer
    const before = stations.filter(({ id }) => this.closed.has(id)).reduce((sum, { a: own }) => sum + own, 0)
    const after = before - (b.out_of_reach - a.out_of_reach)
    return t("coverage.merge_sum", {
      n: count(this.closed.size),
      before: count(before),
      after: count(after),
      total: count(total),
    })
  }

  drawMarks() {
    const { closed } = this.change()
    const looks = new Map(closed.map((id) => [id, "closed"]))
    if (this.into !== KEEP && this.into !== NEW) looks.set(Number(this.into), "chosen")
    this.page.layers.services?.mark(looks)
    const { id, lon, lat } = this.page.services()
    const placeOf = (one) => ({ lat: lat[id.indexOf(one)], lng: lon[id.indexOf(one)] })
    const to = this.into === NEW ? this.place : this.into === KEEP ? null : placeOf(Number(this.into))
    const from = to ? closed.map(placeOf) : []
    this.spokes.show(from.map((place) => ({ from: place, to, colour: "#5f6b7a", dash: "5 4" })))
  }

  drawStations() {
    drawStations(this.page.services(), {
      closed: this.closed,
      households: this.households,
      toggle: (id) => this.toggle(id),
    })
    drawTargets(this.page.services(), this.closed, this.into)
  }

  view() {
    return {
      paintOf: () => NONE,
      below: () => "",
      veil: [true, { ground: true }],
      legend: mergerLegend(),
    }
  }
}
