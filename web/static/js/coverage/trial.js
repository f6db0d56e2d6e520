// What if: trial points that are dropped and dragged, services that close; households gained, live.
import { find } from "../dom.js"
import { t } from "../language.js"
import { signed } from "../number-format.js"
import { request } from "../request.js"
import { choice } from "./choice.js"
import { saveScenario } from "./save-scenario.js"
import { drawTrial } from "./trial-card.js"

const gainOf = ({ gained, lost }) => t("coverage.n_households", { n: signed(gained - lost) })
const place = ({ lng, lat }) => `${lng.toFixed(6)},${lat.toFixed(6)}`

/** `ask(parameters)` adds the page's question; `changed(answer)` draws; `shown(points)` puts the marks. */
export class Trial {
  constructor({ ask, changed, failed, layer, nameOf }) {
    Object.assign(this, { ask, changed, failed, layer, nameOf })
    this.points = []
    this.closed = new Set()
    this.asking = false
    this.again = false
    this.last = 0
    layer.on("moving", ({ i, latlng }) => this.move(i, latlng))
    layer.on("remove", ({ i }) => this.remove(i))
  }

  get isEmpty() {
    return !this.points.length && !this.closed.size
  }

  add(latlng) {
    this.points.push(latlng)
    this.last = this.points.length - 1
    this.isNew = true
    this.refresh({ focus: this.points.length - 1 })
  }

  move(i, { lat, lng }) {
    this.points[i] = { ...this.points[i], lat, lng }
    this.last = i
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

  /** Try an existing service elsewhere: a mark that can be dragged stands where it is. */
  moving(service, latlng) {
    this.closed.delete(service)
    this.points.push({ ...latlng, service })
    this.last = this.points.length - 1
    this.isNew = true
    this.refresh({ focus: this.points.length - 1 })
  }

  isMoving(service) {
    return this.points.some((point) => point.service === service)
  }

  /** Take up what a scenario holds: [{act, service, lon, lat}] of one kind. */
  load(points) {
    const place = ({ lat, lon }) => ({ lat, lng: lon })
    this.points = points
      .filter(({ act }) => act !== "close")
      .map((point) => ({ ...place(point), ...(point.act === "move" && { service: point.service }) }))
    this.closed = new Set(points.filter(({ act }) => act === "close").map(({ service }) => service))
    this.isNew = true
    this.refresh()
  }

  /** Off the map while another task is open; `refresh` brings it back. */
  hide() {
    this.layer.show([])
    this.layer.showRings(null)
    if (!this.isEmpty) this.changed(null)
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
    const moved = this.points.filter(({ service }) => service).map(({ service }) => service)
    if (this.closed.size || moved.length) asked.closed = [...this.closed, ...moved].join(",")
    return asked
  }

  draw(answer) {
    this.layer.showRings(answer)
    this.layer.say(Math.min(this.last, this.points.length - 1), gainOf(answer))
    this.changed(answer)
    drawTrial(answer, {
      close: () => this.clear(),
      chips: this.chips(),
      save: () => saveScenario(this.change()),
    })
    if (this.isNew) find("#trial").scrollIntoView({ block: "nearest" })
    this.isNew = false
  }

  /** What the what-if holds: a name each, and how to take it out. */
  chips() {
    const named = ({ service }, i) =>
      service
        ? t("coverage.moved_named", { name: this.nameOf(service) })
        : t("coverage.trial_n", { n: i + 1 })
    return [
      ...this.points.map((point, i) => [named(point, i), () => this.remove(i)]),
      ...[...this.closed].map((id) => [
        t("coverage.closed_named", { name: this.nameOf(id) }),
        () => this.toggle(id),
      ]),
    ]
  }

  /** The what-if as a scenario keeps it. */
  change() {
    const at = ({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]
    const moved = this.points.filter(({ service }) => service)
    return {
      kind: choice.kind,
      opened: this.points.filter(({ service }) => !service).map(at),
      moved: moved.map((point) => [point.service, ...at(point)]),
      closed: [...this.closed],
    }
  }
}
