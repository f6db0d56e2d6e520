// Suggested sites: where the next services would serve the most, with the proof, each placed by one click.
import { el, find, icon, show } from "../dom.js"
import { Cancelled, jobBar } from "../jobs.js"
import { t } from "../language.js"
import { count, percent } from "../number-format.js"
import { post, request } from "../request.js"

export class Sites {
  constructor({ ask, place, zoomTo, failed }) {
    Object.assign(this, { ask, place, zoomTo, failed })
    this.turn = 0
    find("#suggest-go").addEventListener("click", () => this.suggest({ isAsked: true }))
  }

  clear() {
    this.turn += 1
    show(find("#sites"))
    find("#suggest-go").disabled = false
  }

  /** Where it takes seconds the server says so, and it is done as a job once somebody asks. */
  async suggest({ isAsked = false } = {}) {
    const turn = ++this.turn
    const button = find("#suggest-go")
    button.disabled = true
    show(find("#sites"), el("p", { class: "caption", role: "status" }, t("coverage.suggesting")))
    try {
      const asked = this.ask({ new: find("#suggest-n").value })
      let answer = await request(`/api/coverage/sites?${asked}`)
      if (answer.long && isAsked) answer = await this.#asJob(asked)
      if (turn === this.turn) this.draw(answer)
    } catch (error) {
      this.clear()
      if (!(error instanceof Cancelled)) this.failed(error)
    } finally {
      if (turn === this.turn) button.disabled = false
    }
  }

  async #asJob(asked) {
    const { job } = await post("/api/coverage/sites", Object.fromEntries(asked))
    return jobBar(find("#sites"), job, { title: t("coverage.suggesting") })
  }

  draw(answer) {
    if (answer.long) return show(find("#sites"), el("p", { class: "caption" }, t("coverage.sites_long")))
    if (!answer.sites.length)
      return show(find("#sites"), el("p", { class: "caption" }, t("coverage.no_site")))
    const site = (one, i) => {
      const near = one.street ? t("coverage.site_near", { street: one.street }) : t("coverage.site_unnamed")
      const before = i ? answer.sites[i - 1].percent_after : answer.percent_before
      return el(
        "li",
        { class: "site" },
        icon("bulb"),
        el(
          "div",
          { class: "grow" },
          el("b", {}, t("coverage.site_line", { place: near, n: count(one.gained) })),
          el(
            "span",
            { class: "caption" },
            t("coverage.site_share", {
              before: percent((before ?? 0) / 100),
              after: percent((one.percent_after ?? 0) / 100),
            }),
          ),
        ),
        el(
          "button",
          { type: "button", class: "btn small", onclick: () => this.place(one) },
          t("coverage.place_trial"),
        ),
      )
    }
    return show(
      find("#sites"),
      el("ol", { class: "site-list" }, ...answer.sites.map(site)),
      el(
        "p",
        { class: "caption" },
        t("coverage.site_proof", {
          n: count(answer.gained),
          bound: count(answer.bound),
          gap: percent(answer.gap, 2),
          candidates: count(answer.candidates),
          m: count(answer.candidate_m),
        }),
      ),
    )
  }
}
