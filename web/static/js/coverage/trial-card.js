// The card of the what-if: households reached before and after, what it holds, and how to keep it.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, percent, signed } from "../number-format.js"
import { head } from "./cards.js"

const row = (key, before, after, change) =>
  el(
    "tr",
    {},
    el("th", { scope: "row" }, t(`coverage.${key}`)),
    ...[before, after, change].map((text) => el("td", { class: "number" }, text)),
  )

function figures(answer) {
  const points = (answer.percent_after ?? 0) - (answer.percent_before ?? 0)
  const share = (value) => percent((value ?? 0) / 100)
  return el(
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
      row("trial_covered", count(answer.before), count(answer.after), signed(answer.after - answer.before)),
      row(
        "trial_share",
        share(answer.percent_before),
        share(answer.percent_after),
        `${points > 0 ? "+" : ""}${count(points, 1)}`,
      ),
      row("trial_gained", "", "", signed(answer.gained)),
      row("trial_lost", "", "", signed(-answer.lost)),
    ),
  )
}

const chip = ([text, run]) =>
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

/** `chips` are [words, take out] of what the what-if holds. */
export function drawTrial(answer, { close, chips, save }) {
  const lone = answer.snapped.includes(false)
  const card = find("#trial")
  card.hidden = false
  show(
    card,
    head(t("coverage.trial_title"), close, el("p", { class: "caption" }, t("coverage.trial_hint"))),
    el(
      "p",
      { class: "gain", "aria-live": "polite" },
      el("b", {}, signed(answer.gained - answer.lost)),
      ` ${t("coverage.gain_unit")}`,
    ),
    figures(answer),
    lone ? el("p", { class: "note" }, icon("warn"), el("span", {}, t("coverage.trial_unsnapped"))) : null,
    el("div", { class: "chips" }, ...chips.map(chip)),
    el(
      "p",
      { class: "task-links" },
      el("button", { type: "button", class: "btn small", onclick: save }, t("coverage.merge_save")),
    ),
  )
}
