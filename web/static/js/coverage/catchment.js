// Catchments: communities or grids divided among the centres of the kind, so many to each, nearest first.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { SpokeLayer } from "../map/spoke-layer.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { catchmentLegend } from "./catchment-legend.js"
import { drawCatchments, drawImpossible } from "./catchment-tables.js"
import { asked, choice } from "./choice.js"

const NONE = { fill: "#fafbf9", edge: null, patterns: [] }
const LEFT = { fill: "#fafbf9", edge: null, patterns: ["gap"] }
const WAIT_MS = 250

export class Catchment {
  constructor(page) {
    this.page = page
    this.spokes = new SpokeLayer().addTo(page.map)
    this.out = new Set() // centres that do not take part
    this.turn = 0
    const level = find("#allocate-level")
    level.addEventListener("click", ({ target }) => {
      if (!target.value) return
      for (const button of level.children)
        button.setAttribute("aria-pressed", String(button.value === target.value))
      this.level = target.value
      this.propose()
      this.update()
    })
    this.level = "communities"
    for (const id of ["#allocate-least", "#allocate-most"])
      find(id).addEventListener("input", () => {
        this.isChosen = true
        this.soon()
      })
  }

  enter() {
    this.changed()
  }

  leave() {
    this.turn += 1
    this.answer = null
    this.spokes.show([])
    this.page.layers.services?.mark()
  }

  changed() {
    const services = this.page.services()
    if (!services) return undefined
    if (this.kind !== choice.kind) this.out.clear()
    this.kind = choice.kind
    this.propose()
    this.drawCentres(services)
    return this.update()
  }

  /** Bounds until the reader gives others: four to five communities, fewer where there are few; all grids. */
  propose() {
    if (this.isChosen) return
    const { district } = this.page
    const isGrids = this.level === "grids"
    const units = isGrids ? district.grids : district.units.filter(({ role }) => role === "community")
    const each = units.length / Math.max(1, this.page.services().id.length - this.out.size)
    find("#allocate-least").value = isGrids ? Math.floor(each) : Math.min(4, Math.floor(each))
    find("#allocate-most").value = isGrids ? Math.ceil(each) : 5
  }

  soon() {
    clearTimeout(this.later)
    this.later = setTimeout(() => this.update(), WAIT_MS)
  }

  parameters() {
    const [least, most] = ["#allocate-least", "#allocate-most"].map((id) => find(id).valueAsNumber)
    const ids = this.page.services().id.filter((id) => !this.out.has(id))
    return asked({
      level: this.level,
      at_least: Math.min(least || 0, most || 1),
      at_most: Math.max(most || 1, 1),
      ...(this.out.size && { centres: ids.join(",") || "0" }),
    })
  }

  async update() {
    const turn = ++this.turn
    const query = this.parameters()
    try {
      const answer = await request(`/api/coverage/catchments?${query}`)
      if (turn === this.turn) this.draw(answer, query)
    } catch (error) {
      if (turn === this.turn) this.drawError(error)
    }
  }

  draw(answer, query) {
    this.answer = answer
    const colours = new Map(answer.centres.map(({ id }, i) => [id, CATEGORIES[i % CATEGORIES.length]]))
    this.colours = colours
    this.centreOf = centresByGrid(answer, this.page.parents)
    const { zoomTo } = this.page
    const use = (least, most) => this.use(least, most)
    drawCatchments(answer, { colours, asked: query, level: this.level, zoomTo, use })
    const places = new Map(answer.centres.map((one) => [one.id, { lat: one.lat, lng: one.lon }]))
    this.spokes.show(
      answer.units
        .filter(({ centre, x }) => centre !== null && x !== null)
        .map(({ centre, x, y }) => ({
          from: { lat: y, lng: x },
          to: places.get(centre),
          colour: colours.get(centre).edge,
        })),
    )
    this.page.layers.services?.mark(
      new Map(this.page.services().id.map((id) => [id, this.out.has(id) ? "closed" : "chosen"])),
    )
    this.page.draw()
  }

  drawError(error) {
    this.answer = null
    this.spokes.show([])
    drawImpossible(error, {
      units: error.facts?.units,
      centres: error.facts?.centres,
      use: (least, most) => this.use(least, most),
    })
    this.page.draw()
  }

  use(least, most) {
    this.isChosen = true
    find("#allocate-least").value = least
    find("#allocate-most").value = most
    this.update()
  }

  /** Which centres take part; all, unless the reader takes some out. */
  drawCentres(services) {
    const box = find("#allocate-centres")
    const taking = services.id.filter((id) => !this.out.has(id)).length
    find("summary", box).textContent = t("coverage.allocate_centres", {
      n: count(taking),
      all: count(services.id.length),
    })
    const line = (id, i) => {
      const toggle = ({ target }) => {
        if (target.checked) this.out.delete(id)
        else this.out.add(id)
        this.drawCentres(this.page.services())
        this.update()
      }
      const input = el("input", { type: "checkbox", checked: !this.out.has(id), onchange: toggle })
      const label = services.name[i] || t("coverage.unnamed")
      return el("li", {}, el("label", { class: "choice" }, input, el("span", {}, label)))
    }
    show(find("ul", box), ...services.id.map(line))
  }

  /** Take a centre out, or put it in again, by a click on its mark. */
  pick(id) {
    if (!this.out.delete(id)) this.out.add(id)
    this.drawCentres(this.page.services())
    this.update()
    return true
  }

  click() {
    return true
  }

  view() {
    const { answer, colours } = this
    const paintOf = (grid) => {
      if (!answer) return NONE
      const centre = this.centreOf.get(grid)
      if (centre === undefined) return NONE
      return centre === null ? LEFT : { fill: colours.get(centre).fill, edge: null, patterns: [] }
    }
    return {
      paintOf,
      below: () => "",
      veil: [true, { ground: true }],
      legend: answer ? catchmentLegend(answer, colours) : { title: t("coverage.task_allocate"), keys: [] },
    }
  }
}

/** grid id -> its centre, null where it has none; by the grid itself or by its community. */
function centresByGrid({ level, units }, parents) {
  if (level === "grids") return new Map(units.map(({ grid, centre }) => [grid, centre]))
  const own = new Map(units.map(({ unit, centre }) => [unit, centre]))
  return new Map([...parents].map(([grid, { communities }]) => [grid, own.get(communities)]))
}
