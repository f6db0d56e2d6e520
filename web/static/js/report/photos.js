// Photos before they are sent: shown small, taken off again; made smaller here, so that a weak network carries them.
import { el, find, icon } from "../dom.js"
import { t } from "../language.js"

const MOST = 6
const LONGEST_SIDE = 2000
const QUALITY = 0.85

export function bindPhotos() {
  const holder = find("#photos")
  const field = find("#photo-files")
  let photos = []
  field.addEventListener("change", async () => {
    const files = [...field.files].slice(0, MOST - photos.length)
    field.value = ""
    for (const file of files) add(await smaller(file))
  })

  function add(blob) {
    const url = URL.createObjectURL(blob)
    const photo = { blob, url }
    const remove = el(
      "button",
      {
        type: "button",
        class: "icon-btn",
        "aria-label": t("report.remove_photo"),
        onclick: () => drop(photo),
      },
      icon("cross"),
    )
    photo.element = el(
      "figure",
      {},
      el("img", { src: url, alt: t("report.photo", { n: photos.length + 1 }) }),
      remove,
    )
    photos.push(photo)
    holder.insertBefore(photo.element, field.parentElement)
    field.parentElement.hidden = photos.length >= MOST
  }

  function drop(photo) {
    URL.revokeObjectURL(photo.url)
    photo.element.remove()
    photos = photos.filter((one) => one !== photo)
    field.parentElement.hidden = false
  }

  return {
    taken: () => photos.map(({ blob }) => ({ blob, sent: false })),
    clear: () => [...photos].forEach(drop),
  }
}

/** The picture at most 2,000 px long; as it is where the browser cannot read it (the server then says so). */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" })
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
    const canvas = document.createElement("canvas")
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    return await new Promise((resolve) =>
      canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", QUALITY),
    )
  } catch {
    return file
  }
}
