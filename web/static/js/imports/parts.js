// Pieces of the preview of a file: what was found, where it lies, which column is which, what is wrong.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"

const MEGABYTE = 1024 * 1024
const FIRST_VALUES = 3

export const section = (title, ...children) =>
  el("section", { class: "look-part" }, el("h2", {}, title), ...children)

const size = (bytes) =>
  bytes < MEGABYTE
    ? `${count(Math.max(Math.round(bytes / 1024), 1))} KB`
    : `${(bytes / MEGABYTE).toFixed(1)} MB`

const term = (name, value, note = null) =>
  el("div", {}, el("dt", {}, name), el("dd", {}, value, note && el("span", { class: "pill warn" }, note)))

/** Format, rows, encoding. */
export function aboutFile(look) {
  const rows = (look.rows_counted ? "" : "≈ ") + count(look.rows)
  const guessed = look.encoding_guessed ? t("import.guessed") : null
  return el(
    "dl",
    { class: "look-about" },
    term(t("import.file"), look.file),
    term(t("import.format"), `${look.format} · ${size(look.bytes)}`),
    look.layer === look.file ? null : term(t("import.layer"), look.layer),
    term(t("import.rows"), rows),
    look.encoding ? term(t("import.encoding"), look.encoding.toUpperCase(), guessed) : null,
  )
}

/** A list to choose a layer from. */
export function layerChoice(layers, chosen, choose) {
  const options = layers.map(({ name, rows }) =>
    el("option", { value: name, selected: name === chosen }, rows ? `${name} (${count(rows)})` : name),
  )
  const first = chosen ? null : el("option", { value: "", selected: true }, t("import.choose"))
  const list = el("select", { class: "select", name: "layer" }, first, ...options)
  list.addEventListener("change", () => list.value && choose(list.value))
  return el("label", { class: "field" }, el("span", {}, t("import.layer")), list)
}

const fitWords = (evidence, fit) =>
  evidence === "border" ? `${count(Math.round(fit))} m` : `${(100 * fit).toFixed(1)}%`

function guessRow(guess, { evidence, reading }, choose) {
  const facts = [
    guess.inside === null ? null : t("import.share_inside", { share: `${Math.round(100 * guess.inside)}%` }),
    guess.fit === null ? null : `${t(`import.fit_${evidence}`)} ${fitWords(evidence, guess.fit)}`,
    guess.shift_m ? t("import.shift_m", { m: count(guess.shift_m) }) : null,
  ]
  const box = el("input", { type: "radio", name: "crs", value: guess.key, checked: guess.key === reading })
  box.addEventListener("change", () => choose(guess.key))
  const name = guess.swapped ? `${guess.name} · ${t("import.swapped")}` : guess.name
  return el(
    "label",
    { class: "guess" },
    box,
    el("span", {}, el("b", {}, name), " ", el("small", {}, guess.key)),
    el("small", { class: "guess-facts" }, facts.filter(Boolean).join(" · ")),
  )
}

/** Where the file lies: what it says, what the figures say, and the question. */
export function placeChoice(place, { isAsked, choose }) {
  const tone = isAsked ? "warn" : place.verdict === "fits" ? "ok" : ""
  const said = t(`import.place_${place.verdict}`, { name: place.stated_name ?? "–" })
  const other = el("input", { class: "input", name: "other-crs", placeholder: "EPSG:4547" })
  const take = el("button", {
    type: "button",
    class: "btn small",
    onclick: () => other.value && choose(other.value),
  })
  take.append(t("import.use"))
  return section(
    t("import.place"),
    el("p", { class: `place-said ${tone}` }, isAsked ? icon("warn") : null, el("span", {}, said)),
    el(
      "div",
      { class: "guesses", role: "radiogroup" },
      ...place.guesses.map((g) => guessRow(g, place, choose)),
    ),
    el(
      "div",
      { class: "other-crs" },
      el("label", { class: "field" }, el("span", {}, t("import.other_crs")), other),
      take,
    ),
  )
}

/** Which column is which: theirs -> ours, with the first values. */
export function mappingTable(look, change) {
  const values = (heading) => {
    const at = look.headings.indexOf(heading)
    return look.first
      .map((row) => row[at])
      .filter(Boolean)
      .slice(0, FIRST_VALUES)
      .join(" · ")
  }
  const rows = look.fields
    .filter(({ key }) => key !== "quarantine_id")
    .map(({ key, needed, heading }) => {
      const options = ["", ...look.headings].map((name) =>
        el("option", { value: name, selected: name === (heading ?? "") }, name || "–"),
      )
      const list = el(
        "select",
        { class: "select", "data-field": key, "aria-label": t(`import.field_${key}`) },
        ...options,
      )
      list.addEventListener("change", () => change(key, list.value))
      const isLacking = look.lacking.includes(key)
      return el(
        "tr",
        { class: isLacking ? "lacking" : null },
        el(
          "th",
          { scope: "row" },
          t(`import.field_${key}`),
          needed ? el("b", { title: t("import.needed") }, " *") : null,
        ),
        el("td", {}, list),
        el("td", { class: "caption" }, heading ? values(heading) : ""),
      )
    })
  return el("div", { class: "scroll" }, el("table", { class: "table mapping" }, el("tbody", {}, ...rows)))
}

/** The first rows as they are written. */
export const firstRows = (look) =>
  el(
    "details",
    {},
    el("summary", {}, t("import.first_rows")),
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { class: "table" },
        el("thead", {}, el("tr", {}, ...look.headings.map((h) => el("th", {}, h)))),
        el(
          "tbody",
          {},
          ...look.first.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell ?? "")))),
        ),
      ),
    ),
  )

/** One thing that stood out, in words; with a place it can be looked at. */
export function findingLine({ kind, place, ...facts }, look) {
  const words = { ...facts, place: place?.join(", ") ?? "" }
  for (const [name, value] of Object.entries(words)) if (Array.isArray(value)) words[name] = value.join(", ")
  const line = el("li", {}, el("span", {}, t(`import.finding_${kind}`, words)))
  if (place)
    line.append(
      el("button", { type: "button", class: "link", onclick: () => look(place) }, t("import.locate")),
    )
  return line
}
