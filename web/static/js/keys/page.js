// Keys of other systems: made once and shown once, listed by their last four letters, taken back in two presses.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { dismiss, sayError } from "../messages.js"
import { count, day, time } from "../number-format.js"
import { post, request } from "../request.js"

const at = (moment) => (moment ? `${day(moment)} ${time(moment)}` : "–")

function row(key) {
  const state = key.revoked_at
    ? el("span", { class: "pill" }, t("open311.revoked_on", { day: day(key.revoked_at) }))
    : revoker(key)
  return el(
    "tr",
    { class: key.revoked_at ? "gone" : null, "data-key": key.name },
    el("td", {}, el("b", {}, key.name)),
    el("td", {}, key.body),
    el("td", {}, el("code", {}, `…${key.ending}`)),
    el("td", { class: "number" }, count(key.per_minute)),
    el("td", {}, at(key.created_at)),
    el("td", {}, at(key.used_at)),
    el("td", { class: "number" }, state),
  )
}

/** The first press asks, the second does it. */
function revoker(key) {
  const button = el("button", { type: "button", class: "btn small danger" }, t("open311.revoke"))
  button.addEventListener("click", () => {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure")
      button.textContent = t("open311.revoke_sure")
      return
    }
    post("/api/keys/revoke", { name: key.name }).then(draw, (error) => sayError(error, { id: "keys" }))
  })
  return button
}

function draw(keys) {
  const rows = keys.map(row)
  const nothing = el(
    "tr",
    {},
    el("td", { colspan: 7 }, el("div", { class: "empty" }, icon("lock"), el("p", {}, t("open311.none")))),
  )
  show(find("#keys"), rows.length ? rows : nothing)
}

function tell(made) {
  const copy = el("button", { type: "button", class: "btn small" }, icon("copy"), t("open311.copy"))
  copy.addEventListener("click", () =>
    navigator.clipboard.writeText(made.key).then(() => (copy.lastChild.textContent = t("open311.copied"))),
  )
  const box = find("#made")
  box.hidden = false
  show(
    box,
    el("p", {}, t("open311.shown_once", { name: made.name })),
    el("p", { class: "row" }, el("code", { id: "new-key" }, made.key), copy),
  )
}

find("#key-form").addEventListener("submit", async (event) => {
  event.preventDefault()
  const form = event.target
  const wanted = { name: form.name.value, body: form.body.value, per_minute: Number(form.per_minute.value) }
  try {
    tell(await post("/api/keys", wanted))
    dismiss("keys")
    form.reset()
    draw(await request("/api/keys"))
  } catch (error) {
    sayError(error, { id: "keys" })
  }
})

find("#endpoint").textContent = `${location.origin}/open311/v2`
draw(await request("/api/keys").catch((error) => (sayError(error), [])))
