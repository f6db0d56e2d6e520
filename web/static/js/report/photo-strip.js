// The photos of an incident in a row; those for the district's own eyes say so.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post, request } from "../request.js"

/** An element that fills itself with the photos of incident `id`, and stays away when there are none. */
export function photoStrip(id) {
  const strip = el("div", { class: "photo-strip", hidden: true })
  request(`/api/reports/${id}/photos`)
    .then((photos) => {
      strip.hidden = photos.length === 0
      strip.append(...photos.map(picture))
    })
    .catch(() => {})
  return strip
}

const MAY_HIDE = new Set(["staff", "administrator"])

function picture({ name, private: isPrivate }, i) {
  const url = `/api/reports/photos/${name}.jpg`
  const image = el("img", { src: url, alt: t("report.photo", { n: i + 1 }), loading: "lazy" })
  const opened = el("a", { href: url, target: "_blank", rel: "noopener" }, image)
  return el("figure", {}, opened, MAY_HIDE.has(document.body.dataset.role) ? hider(name, isPrivate) : null)
}

/** For the district's own eyes, or for everybody (Open311): one press, told by sign and word. */
function hider(name, isPrivate) {
  const button = el("button", { type: "button" })
  const draw = () => {
    button.setAttribute("aria-pressed", String(isPrivate))
    button.replaceChildren(
      icon(isPrivate ? "lock" : "eye"),
      t(isPrivate ? "report.photo_private" : "report.photo_public"),
    )
  }
  button.addEventListener("click", () =>
    post(`/api/reports/photos/${name}`, { private: !isPrivate }).then(
      () => ((isPrivate = !isPrivate), draw()),
      (error) => sayError(error, { id: "photo" }),
    ),
  )
  draw()
  return button
}
