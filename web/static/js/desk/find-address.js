// An address that the district knows fills in its own place: a building, a compound or a street, chosen from a list.
import { el, show } from "../dom.js"
import { request } from "../request.js"

const SEARCH_MS = 250

/** Offer places below the input `address`; the one that is chosen is written into the input `point`. */
export function findAddress(address, point) {
  const list = el("datalist", { id: "address-places" })
  address.setAttribute("list", list.id)
  address.after(list)
  let places = new Map()
  let waiting = null
  address.addEventListener("input", () => {
    const chosen = places.get(address.value)
    if (chosen) {
      point.value = `${chosen.lon}, ${chosen.lat}`
      point.dispatchEvent(new Event("change"))
    }
    clearTimeout(waiting)
    if (!chosen && address.value.trim()) waiting = setTimeout(search, SEARCH_MS)
  })

  async function search() {
    const words = address.value.trim()
    const found = await request(`/api/reports/search?q=${encodeURIComponent(words)}`).catch(() => [])
    places = new Map(found.map((place) => [labelOf(place), place]))
    show(
      list,
      [...places.keys()].map((label) => el("option", { value: label })),
    )
  }
}

/** The name, and where it is, so that two of one name are told apart. */
const labelOf = ({ name, hint }) => [name, hint].filter(Boolean).join(" · ")
