// 2+7+N: heads of the district, exactly one centre in each street, stations in communities; what is missing or doubled.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { key, square } from "./legend.js"
import { tierTable } from "./tier-table.js"

const PLAIN = { fill: "#fafbf9", edge: null, patterns: [] }
const LOOK = {
  fine: { fill: "#e4f2ea", edge: null, patterns: [] },
  missing: { fill: "#fafbf9", edge: null, patterns: ["gap"] },
  doubled: { fill: "#f8dfc0", edge: null, patterns: ["move"] },
}
/** The kinds that make the tiers unless the reader chooses others. */
const USUAL = { heads: "", centres: "party_centre", stations: "party_station" }
const TIERS = Object.keys(USUAL)
const part = (tier, name) => find(`#tier-${tier} [data-part=${name}]`)

export class Tiers {
  constructor(page) {
    this.page = page
    this.kinds = { ...USUAL }
    this.answers = {}
    this.shown = "centres"
    for (const tier of TIERS) {
      part(tier, "kind").addEventListener("change", ({ target }) => {
        this.kinds[tier] = target.value
        this.shown = tier
        this.update(tier)
      })
      part(tier, "expected")?.addEventListener("input", () => this.drawHeads())
      part(tier, "level")?.addEventListener("change", () => this.update(tier))
      find(`#tier-${tier}`).addEventListener("focusin", () => this.look(tier))
      find(`#tier-${tier} .tier-head`).addEventListener("click", () => this.look(tier))
    }
  }

  enter() {
    for (const tier of TIERS) this.#fill(tier)
    for (const tier of TIERS) this.update(tier)
  }

  leave() {
    this.page.layers.services?.show(this.page.services())
  }

  changed() {
    this.enter()
  }

  /** The kinds to choose from; the usual one where there are points of it. */
  #fill(tier) {
    const kinds = this.page.kinds().filter(({ points }) => points > 0)
    if (!kinds.some((kind) => kind.key === this.kinds[tier])) this.kinds[tier] = ""
    const option = (kind) => el("option", { value: kind.key }, kind[language] ?? kind.zh)
    const none = el("option", { value: "" }, t("coverage.tier_no_kind"))
    show(part(tier, "kind"), none, ...kinds.map(option))
    part(tier, "kind").value = this.kinds[tier]
  }

  /** Show one tier on the map. */
  look(tier) {
    if (this.shown === tier) return
    this.shown = tier
    this.drawMap()
  }

  async update(tier) {
    const kind = this.kinds[tier]
    this.answers[tier] = null
    if (tier === "heads") return this.drawHeads()
    if (!kind) return this.drawEmpty(tier)
    const level = part(tier, "level")?.value ?? "communities"
    const asked = new URLSearchParams({ kind, level, once: tier === "centres" })
    try {
      const answer = await request(`/api/coverage/tiers?${asked}`)
      if (this.kinds[tier] !== kind) return undefined
      this.answers[tier] = answer
      return this.draw(tier, answer, asked)
    } catch (error) {
      return this.page.failed(error)
    }
  }

  drawEmpty(tier) {
    this.#state(tier, "", "")
    show(part(tier, "answer"), el("p", { class: "caption" }, t("coverage.tier_choose")))
    this.drawMap()
  }

  #state(tier, words, tone) {
    const pill = part(tier, "state")
    pill.textContent = words
    pill.className = `pill ${tone}`
    pill.hidden = !words
  }

  /** Heads are counted in the whole district. */
  drawHeads() {
    const kind = this.page.kinds().find(({ key: own }) => own === this.kinds.heads)
    if (!kind) return this.drawEmpty("heads")
    const expected = part("heads", "expected").valueAsNumber || 0
    const isFine = kind.points === expected
    this.#state("heads", t(isFine ? "coverage.tier_fine" : "coverage.tier_off"), isFine ? "ok" : "warn")
    const facts = { n: count(kind.points), expected: count(expected) }
    return show(part("heads", "answer"), el("p", { class: "caption" }, t("coverage.tier_heads_line", facts)))
  }

  draw(tier, answer, asked) {
    const { units, missing, doubled } = answer
    if (!units.length) {
      this.#state(tier, "", "")
      const line = t(`coverage.none_${answer.level}`)
      show(part(tier, "answer"), el("div", { class: "empty" }, icon("list"), el("p", {}, line)))
      return this.drawMap()
    }
    const wrong = missing + doubled
    const words = wrong ? t("coverage.tier_wrong", { missing, doubled }) : t("coverage.tier_all_fine")
    this.#state(tier, words, wrong ? "over" : "ok")
    show(part(tier, "answer"), ...tierTable(tier, answer, { asked, zoomTo: this.page.zoomTo }))
    return this.drawMap()
  }

  drawMap() {
    const answer = this.answers[this.shown]
    for (const tier of TIERS) find(`#tier-${tier}`).classList.toggle("shown", tier === this.shown)
    const places = answer ? [...answer.units.flatMap(({ services }) => services), ...answer.outside] : []
    const column = (name) => places.map((one) => one[name])
    this.page.layers.services?.show(
      Object.fromEntries(["id", "name", "lon", "lat"].map((n) => [n, column(n)])),
    )
    this.page.draw()
  }

  pick() {
    return true
  }

  click() {
    return true
  }

  view() {
    const answer = this.answers[this.shown]
    const state = new Map((answer?.units ?? []).map((unit) => [unit.unit, unit.state]))
    const above = (grid) => this.page.parents.get(grid)?.[answer.level]
    const swatch = (name) => el("i", { class: `swatch tier-${name}` })
    return {
      paintOf: (grid) => (answer ? (LOOK[state.get(above(grid))] ?? PLAIN) : PLAIN),
      below: () => "",
      veil: [true, { ground: true }],
      legend: {
        title: t(`coverage.tier_${this.shown}`),
        keys: [
          key(square(LOOK.fine.fill), t("coverage.tier_fine")),
          key(swatch("missing"), t("coverage.tier_missing")),
          ...(answer?.once === false ? [] : [key(swatch("doubled"), t("coverage.tier_doubled"))]),
        ],
        notes: [t(`coverage.tier_rule_${this.shown}`)],
      },
    }
  }
}
