// The place where a file is dropped or chosen; the preview opens when it has arrived.
import { find } from "../dom.js"
import { sayError } from "../messages.js"
import { sendShown } from "../send-file.js"

/** Let files be dropped on `box` and chosen in it. */
export function bindUpload(box) {
  const input = find("input[type=file]", box)
  const what = find("select[name=what]", box)
  const line = find("[role=status]", box)
  const send = (files) => files.length && upload([...files], what.value, line)
  const sendChosen = () => {
    send(input.files)
    // so that the same file may be chosen again
    input.value = ""
  }
  input.addEventListener("change", sendChosen)
  // chosen while the page was still loading
  sendChosen()
  for (const name of ["dragenter", "dragover"]) box.addEventListener(name, (event) => mark(event, box, true))
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, (event) => mark(event, box, false))
  box.addEventListener("drop", (event) => send(event.dataTransfer.files))
}

function mark(event, box, isOver) {
  event.preventDefault()
  box.classList.toggle("over", isOver)
}

async function upload(files, what, line) {
  const form = new FormData()
  form.append("what", what)
  for (const file of files) form.append("file", file)
  try {
    const sent = await sendShown(line, "/api/imports/files", form, files[0].name)
    if (sent) location.assign(`/data/import?file=${sent.token}`)
  } catch (error) {
    sayError(error)
  }
}
