// A form with a file on its way to the server: how much of it has gone, and calling it off.
import { headersOf, Refused, Unreachable } from "./request.js"

/** Send a form; `onShare` is told the share that has gone (0 to 1), `signal` calls it off. Answers as request. */
export function sendForm(url, form, { onShare = () => {}, signal, xhr = new XMLHttpRequest() } = {}) {
  return new Promise((resolve, reject) => {
    xhr.open("POST", url)
    for (const [name, value] of Object.entries(headersOf("POST", form))) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded, total }) => total && onShare(loaded / total)
    xhr.onload = () => {
      const answer = jsonOf(xhr.responseText)
      if (xhr.status === 401) document.dispatchEvent(new CustomEvent("gisgrid:signed-out"))
      if (xhr.status < 300) resolve(answer)
      else reject(new Refused(xhr.status, answer?.error))
    }
    xhr.onerror = () => reject(new Unreachable())
    xhr.onabort = () => reject(new DOMException("called off", "AbortError"))
    signal?.addEventListener("abort", () => xhr.abort())
    xhr.send(form)
  })
}

function jsonOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
