// What it is: category, words, photos; what is open nearby is offered first. Sending writes into the queue.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { bindPhotos } from "./photos.js"
import { bindSimilar } from "./similar.js"
import { newKey } from "./store.js"

const SHOWN_MS = 200
const USUAL = ["0102", "0505", "0506", "2107", "2102", "0110", "2106", "2108"]

export function bindForm({ known, place, queue }) {
  const form = find("#report-form")
  fillCategories(form, known.categories)
  const photos = bindPhotos()
  const similar = bindSimilar(form, place)
  place.changed = similar.look
  form.category.addEventListener("change", () => (pressQuick(form), similar.look()))
  form.text.addEventListener("focus", () => (find("#sheet").dataset.stop = "high"))
  const draft = () => ({
    category: form.category.value,
    text: form.text.value.trim(),
    address: form.address.value.trim() || null,
    channel: form.channel?.value ?? null,
    private: form.private.checked,
    lon: place.lon,
    lat: place.lat,
    building: place.building,
    same_as: similar.chosen(),
    reported_at: new Date().toISOString(),
  })
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const body = draft()
    const lacks = lacking(body)
    complain(lacks)
    if (lacks) return
    const written = { key: newKey(), body, photos: photos.taken(), written_at: body.reported_at }
    clear()
    find("#sheet").dataset.stop = "high"
    const sending = queue.add(written)
    setTimeout(() => find("#queue").scrollIntoView({ block: "end" }), SHOWN_MS)
    await sending
  })

  function clear() {
    const { value } = form.category
    form.reset()
    form.category.value = value
    photos.clear()
    place.clear()
    similar.clear()
    pressQuick(form)
  }
}

/** What keeps a report from being written: a category; and a place, an address or a few words. */
export function lacking({ category, lon, address, text }) {
  if (!category) return "report.needs_category"
  if (lon === null && !address && !text) return "report.needs_something"
  return null
}

function complain(key) {
  const line = find("#form-error")
  line.hidden = !key
  if (key) show(line, icon("warn"), el("span", {}, t(key)))
}

const nameOf = (category) => category[`name_${language}`]

function fillCategories(form, categories) {
  const groups = categories.filter(({ parent }) => !parent)
  const options = groups.map((group) =>
    el(
      "optgroup",
      { label: nameOf(group) },
      ...categories
        .filter(({ parent }) => parent === group.code)
        .map((one) => el("option", { value: one.code }, `${nameOf(one)}（${one.code}）`)),
    ),
  )
  show(form.category, el("option", { value: "" }, t("report.choose_category")), ...options)
  const usual = USUAL.map((code) => categories.find((one) => one.code === code)).filter(Boolean)
  const press = (code) => {
    form.category.value = code
    form.category.dispatchEvent(new Event("change"))
  }
  show(
    find("#quick"),
    ...usual.map((one) =>
      el(
        "button",
        {
          type: "button",
          class: "chip plain",
          "data-code": one.code,
          "aria-pressed": "false",
          onclick: () => press(one.code),
        },
        nameOf(one),
      ),
    ),
  )
}

function pressQuick(form) {
  for (const chip of find("#quick").children)
    chip.setAttribute("aria-pressed", String(chip.dataset.code === form.category.value))
}
