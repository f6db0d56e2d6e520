// Small wishes: who claims first has it; whose they are is not told.
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { day } from "../number-format.js"
import { post, request } from "../request.js"
import { toast } from "../toast.js"

export async function drawWishes(holder) {
  const { wishes } = await request("/api/cases/wishes")
  show(
    holder,
    el("h2", {}, t("cases.tab_wishes")),
    el("p", { class: "caption" }, t("cases.wishes_note")),
    wishes.length
      ? el("ul", { class: "wish-list" }, ...wishes.map((wish) => card(wish, () => drawWishes(holder))))
      : el("div", { class: "empty" }, icon("check"), el("p", {}, t("cases.no_wishes"))),
  )
}

function card({ id, text, community_name: community, due_at: due, mine }, again) {
  const claim = async ({ target }) => {
    target.disabled = true
    try {
      await post(`/api/cases/${id}/steps`, { step: "claim" })
      toast(t("cases.claimed"))
    } catch (error) {
      sayError(error, { id: "wish" })
    }
    await again()
  }
  return el(
    "li",
    { "data-wish": id },
    el("p", {}, text),
    el(
      "small",
      { class: "caption" },
      [community, due && t("incidents.due", { at: day(due) })].filter(Boolean).join(" · "),
    ),
    mine
      ? el("span", { class: "pill ok" }, icon("check"), t("cases.claimed_by_me"))
      : el("button", { type: "button", class: "btn primary", onclick: claim }, t("cases.step_claim")),
  )
}
