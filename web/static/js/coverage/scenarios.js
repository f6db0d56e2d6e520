// Scenarios: those that are kept, and two of them (or one and today) side by side, on the map and by unit.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { scenarioLegend } from "./change-legend.js"
import { drawChange } from "./change-tables.js"
import { asked, choice } from "./choice.js"
import { drawByKind, drawByUnit, paintOfChange } from "./scenario-tables.js"
import { drawScenarios } from "./scenario-list.js"
import { ScenarioMarks } from "./scenario-marks.js"

const NONE = { fill: "#fafbf9", edge: null, patterns: [] }

export class Scenarios {
  constructor(page) {
    this.page = page
    this.marks = new ScenarioMarks(page)
    this.sides = { a: "", b: "" }
    this.level = "communities"
    this.turn = 0
    this.known = []
    for (const side of ["a", "b"])
      find(`#scenario-${side}`).addEventListener("change", ({ target }) => {
        this.sides[side] = target.value
        this.compare()
      })
    find("#scenario-swap").addEventListener("click", () => {
      this.sides = { a: this.sides.b, b: this.sides.a }
      this.fill()
      this.compare()
    })
  }

  enter() {
    return this.load()
  }

  leave() {
    this.turn += 1
    this.answer = null
    this.marks.clear()
    this.page.layers.coverage?.showChange(null)
  }

  changed() {
    this.compare()
  }

  async load() {
    try {
      this.known = await request("/api/scenarios")
      this.fill()
      await this.compare()
    } catch (error) {
      this.page.failed(error)
    }
  }

  /** The list, and the two choices: today and every scenario; at first today against the newest. */
  fill() {
    drawScenarios(this.known, {
      compare: ({ id }) => this.against(id),
      open: (scenario) => this.open(scenario),
      changed: () => this.load(),
      kindOf: this.page.kindOf,
    })
    find("#scenario-compare").hidden = !this.known.length
    const ids = new Set(this.known.map(({ id }) => String(id)))
    for (const side of ["a", "b"]) if (!ids.has(this.sides[side])) this.sides[side] = ""
    if (this.sides.a === this.sides.b && this.known.length)
      this.sides = { a: "", b: String(this.known[0].id) }
    const options = () => [
      el("option", { value: "" }, t("coverage.scenario_today")),
      ...this.known.map(({ id, name }) => el("option", { value: id }, name)),
    ]
    for (const side of ["a", "b"]) {
      show(find(`#scenario-${side}`), ...options())
      find(`#scenario-${side}`).value = this.sides[side]
    }
  }

  against(id) {
    this.sides = { a: "", b: String(id) }
    this.fill()
    const { kinds } = this.known.find((row) => row.id === id)
    if (kinds.length && !kinds.includes(choice.kind)) return this.page.chooseKind(kinds[0])
    return this.compare()
  }

  /** Go on with a scenario in the what-if of the coverage tab. */
  async open({ id, kinds }) {
    try {
      const { points } = await request(`/api/scenarios/${id}`)
      const kind = kinds.includes(choice.kind) ? choice.kind : kinds[0]
      await this.page.resume(
        kind,
        points.filter((point) => point.kind === kind),
      )
    } catch (error) {
      this.page.failed(error)
    }
  }

  async compare() {
    const turn = ++this.turn
    if (!this.known.length) {
      this.answer = null
      show(find("#scenario-answer"))
      return this.page.draw()
    }
    const { a, b } = this.sides
    const query = asked({ ...(a && { a }), ...(b && { b }) })
    try {
      const answer = await request(`/api/coverage/compare?${query}`)
      if (turn === this.turn) this.draw(answer, query)
    } catch (error) {
      if (turn === this.turn) this.page.failed(error)
    }
    return undefined
  }

  draw(answer, query) {
    this.answer = answer
    const nameOf = (side) => answer.names[side] ?? t("coverage.scenario_today")
    this.page.layers.coverage?.showChange(answer)
    this.marks.show(answer)
    const figures = el("div")
    drawChange(figures, answer, {
      zoomTo: this.page.lookAt,
      sum: t("coverage.scenario_sides", { a: nameOf("a"), b: nameOf("b") }),
      xlsx: `/api/coverage/compare.xlsx?${query}`,
      sides: ["A", "B"],
    })
    const units = el("div", { class: "section" })
    show(
      find("#scenario-answer"),
      this.#silent(answer),
      drawByKind(answer, this.page),
      ...figures.children,
      units,
    )
    this.drawUnits(units)
    this.page.draw()
  }

  /** The kind of the page is not in either scenario: say so, and which kinds are. */
  #silent({ kinds, kind }) {
    if (!kinds.length || kinds.some((one) => one.kind.key === kind.key)) return null
    const line = t("coverage.scenario_other_kind", { n: count(kinds.length) })
    return el("div", { class: "section" }, el("p", { class: "note" }, icon("info"), el("span", {}, line)))
  }

  drawUnits(holder) {
    drawByUnit(holder, this.answer, {
      level: this.level,
      zoomTo: this.page.zoomTo,
      choose: (level) => {
        this.level = level
        this.drawUnits(holder)
        this.page.draw()
      },
    })
  }

  pick() {
    return true
  }

  click() {
    return true
  }

  view() {
    const { answer } = this
    const { paint, below } = answer
      ? paintOfChange(answer, this.level, this.page.parents)
      : { paint: () => NONE, below: () => "" }
    return {
      paintOf: paint,
      below,
      veil: [true, { ground: true }],
      legend: scenarioLegend(),
    }
  }
}
