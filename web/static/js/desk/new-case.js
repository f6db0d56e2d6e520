// Writing a case down at the desk: a call, a petition that collects names, a wish, a talk item.
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post } from "../request.js"
import { field } from "../cases/fields.js"
import { vocabulary } from "../cases/vocabulary.js"
import { findAddress } from "./find-address.js"
import { placeOnMap, pointOf } from "./place-on-map.js"

const KINDS = ["case", "petition", "wish", "talk"]

export async function newCase(holder, { close, made }) {
  const known = await vocabulary()
  const kinds = el(
    "select",
    { class: "select", name: "kind" },
    ...KINDS.map((kind) => el("option", { value: kind }, t(`cases.kind_${kind}`))),
  )
  const hint = el("p", { class: "caption" })
  const tell = () => (hint.textContent = t(`cases.about_${kinds.value}`))
  kinds.addEventListener("change", tell)
  const point = el("input", {
    class: "input",
    name: "point",
    placeholder: "119.3731, 25.7206",
    pattern: String.raw`-?\d+(\.\d+)?\s*[,，]\s*-?\d+(\.\d+)?`,
  })
  const labelled = (name, control) => el("label", { class: "field" }, el("span", {}, t(name)), control)
  const form = el(
    "form",
    { class: "case-step" },
    labelled("cases.kind", kinds),
    hint,
    field("category", { known, required: false }),
    labelled(
      "cases.text",
      el("textarea", { class: "input", name: "text", rows: 4, required: true, maxlength: 4000 }),
    ),
    labelled("cases.address", el("input", { class: "input", name: "address", maxlength: 200 })),
    labelled("cases.point", point),
    el("p", { class: "caption" }, t("cases.point_hint")),
    ...placeOnMap(point),
    el(
      "label",
      { class: "choice" },
      el("input", { type: "checkbox", name: "major" }),
      el("span", {}, t("cases.is_major")),
    ),
    el(
      "div",
      { class: "row" },
      el("button", { class: "btn primary" }, t("cases.write_down")),
      el("button", { type: "button", class: "btn quiet", onclick: close }, t("common.cancel")),
    ),
  )
  const key = crypto.randomUUID?.() ?? String(Math.random())
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    post("/api/cases", bodyOf(form), { "Idempotency-Key": key }).then(
      ({ id }) => made(id),
      (error) => sayError(error, { id: "new" }),
    )
  })
  findAddress(form.elements.address, point)
  tell()
  show(
    holder,
    el(
      "h1",
      { class: "case-head" },
      el("span", { class: "grow" }, t("cases.new")),
      el(
        "button",
        { type: "button", class: "icon-btn", "aria-label": t("common.close"), onclick: close },
        icon("cross"),
      ),
    ),
    form,
  )
  form.elements.text.focus()
}

function bodyOf(form) {
  const told = Object.fromEntries([...new FormData(form)].filter(([, value]) => String(value).trim()))
  const { point, major, ...body } = told
  Object.assign(body, point ? pointOf(point) : null)
  if (major) body.major = true
  if (body.kind === "petition") body.draft = true
  return body
}
