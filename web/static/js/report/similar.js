// Open cases of the kind nearby: the same matter? Then the report follows that case instead of standing alone.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { mark } from "../map/incident-marks.js"
import { day, length } from "../number-format.js"
import { request } from "../request.js"

export function bindSimilar(form, place) {
  const box = find("#similar")
  let same = null

  async function look() {
    same = null
    const category = form.category.value
    if (place.lon === null || !category) return hide()
    const asked = new URLSearchParams({ lon: place.lon, lat: place.lat, category })
    const found = await request(`/api/reports/similar?${asked}`).catch(() => [])
    if (category !== form.category.value) return null
    return found.length ? draw(found) : hide()
  }

  const hide = () => {
    box.hidden = true
    box.replaceChildren()
  }

  function draw(found) {
    box.hidden = false
    show(
      box,
      el("h3", {}, icon("copy"), t("report.similar", { n: found.length, radius: length(found[0].radius_m) })),
      ...found.map((one) => row(one)),
      el("p", { class: "caption" }, t("report.similar_foot")),
    )
  }

  function row(one) {
    const button = el(
      "button",
      { type: "button", class: "btn small", "data-same": one.id, "aria-pressed": "false" },
      t("report.same"),
    )
    button.addEventListener("click", () => press(one.id))
    const facts = [length(one.metres), day(one.reported_at)]
    const picture = one.photo
      ? el("img", { src: `/api/reports/photos/${one.photo}.jpg`, alt: "", loading: "lazy" })
      : mark(one.channel, "in_time", 28)
    return el(
      "div",
      { class: "similar-row" },
      picture,
      el(
        "div",
        {},
        el("b", {}, one.text || t("incidents.no_category")),
        el("small", {}, facts.join(" · ")),
        ...one.comments.map((note) => el("p", { class: "comment" }, note)),
      ),
      button,
    )
  }

  function press(id) {
    same = same === id ? null : id
    for (const button of box.querySelectorAll("[data-same]")) {
      const isIt = Number(button.dataset.same) === same
      button.setAttribute("aria-pressed", String(isIt))
      button.classList.toggle("primary", isIt)
      button.textContent = t(isIt ? "report.same_chosen" : "report.same")
    }
  }

  const clear = () => {
    same = null
    hide()
  }
  return { look, clear, chosen: () => same }
}
