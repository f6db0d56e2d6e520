// What was written and where it is: waiting here, sent with its number and grid, or refused and why.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { codeGroups, count, day, time } from "../number-format.js"
import { FAILED, QUEUED, SENDING, SENT } from "./queue.js"

const SIGNS = { [QUEUED]: "clock", [SENDING]: "sync", [SENT]: "check", [FAILED]: "warn" }
const TONES = { [QUEUED]: "warn", [SENDING]: "accent", [SENT]: "ok", [FAILED]: "over" }

export function drawQueue(queue) {
  const waiting = queue.waiting().length
  const pill = find("#queue-pill")
  pill.hidden = waiting === 0
  pill.className = "pill warn"
  show(pill, icon("offline"), el("span", {}, t("report.waiting", { n: count(waiting) })))
  const rows = queue.reports.map((report) => row(report, queue))
  show(find("#queue"), ...(rows.length ? [el("h2", {}, t("report.queue")), el("ul", {}, ...rows)] : []))
}

function row(report, queue) {
  const name = optionText(report.body.category)
  return el(
    "li",
    { "data-state": report.state, "data-key": report.key },
    el(
      "span",
      { class: `pill ${TONES[report.state]}` },
      icon(SIGNS[report.state]),
      t(`report.state_${report.state}`),
    ),
    el(
      "div",
      {},
      el("b", {}, name),
      el("small", {}, `${day(report.written_at)} ${time(report.written_at)}`, photosText(report)),
      ...told(report),
    ),
    el("span", { class: "actions" }, ...actions(report, queue)),
  )
}

const optionText = (code) => find(`#report-form [value="${code}"]`)?.textContent ?? code

function photosText({ photos }) {
  if (!photos.length) return ""
  const sent = photos.filter((photo) => photo.sent && !photo.refused).length
  return ` · ${t("report.photos_sent", { sent: count(sent), n: count(photos.length) })}`
}

/** Which case it became and who got it; or why it waits, or was refused. */
function told({ state, why, message, code, result, photos }) {
  const refused = photos
    .filter((photo) => photo.refused)
    .map((photo) => el("p", { class: "why" }, photo.refused))
  if (state === SENT) return [el("p", { class: "became" }, became(result)), ...refused]
  if (state === FAILED)
    return [
      el(
        "p",
        { class: "why" },
        message ?? t("report.why_unexpected"),
        code ? el("small", {}, ` ${code}`) : null,
      ),
    ]
  return why ? [el("p", { class: "caption" }, t(`report.why_${why}`))] : []
}

function became({ id, grid_code: grid, near, located_reason: located, same_as: same }) {
  if (same) return t("report.became_same", { id, same })
  if (!grid) return t(located === "outside" ? "report.became_outside" : "report.became_tray", { id })
  const also = near?.length ? t("report.became_near", { codes: near.map(codeGroups).join("，") }) : ""
  return `${t("report.became", { id, grid: codeGroups(grid) })}${also}`
}

function actions({ state, why, key, result }, queue) {
  if (state === SENT)
    return [el("a", { class: "link", href: `/incidents?id=${result.id}` }, t("report.open"))]
  if (why === "signed_out")
    return [el("a", { class: "btn small", href: "/login?next=/report" }, t("common.sign_in"))]
  if (state !== FAILED) return []
  return [
    el("button", { type: "button", class: "btn small", onclick: () => queue.retry(key) }, t("common.retry")),
    el(
      "button",
      { type: "button", class: "btn small danger", onclick: () => queue.discard(key) },
      t("report.discard"),
    ),
  ]
}
