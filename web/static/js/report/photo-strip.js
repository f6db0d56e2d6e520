// The photos of an incident in a row; those for the district's own eyes say so.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { request } from "../request.js"

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

const picture = ({ name, private: isPrivate }, i) =>
  el(
    "a",
    { href: `/api/reports/photos/${name}.jpg`, target: "_blank", rel: "noopener" },
    el("img", {
      src: `/api/reports/photos/${name}.jpg`,
      alt: t("report.photo", { n: i + 1 }),
      loading: "lazy",
    }),
    isPrivate ? el("span", { class: "pill" }, icon("lock"), t("report.private")) : null,
  )
