// One way to talk to the server: JSON in and out, named errors, the CSRF header on writes.

/** The server answered, and refused: `code` is stable, `message` is in the reader's language. */
export class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? `HTTP ${status}`)
    this.name = "Refused"
    this.status = status
    this.code = error?.code ?? `http_${status}`
    this.facts = error?.facts ?? {}
  }
}

/** No answer came: no network, or the server is down. */
export class Unreachable extends Error {
  constructor(cause) {
    super("unreachable", { cause })
    this.name = "Unreachable"
    this.code = "unreachable"
  }
}

const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? ""

/** The headers of a request: what is sent, what is wanted back, and the token on writes. */
export function headersOf(method, body, more) {
  const headers = { Accept: "application/json", ...more }
  if (body !== undefined && !(body instanceof FormData)) headers["Content-Type"] = "application/json"
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken()
  return headers
}

async function bodyOf(response) {
  if (response.status === 204) return null
  const isJson = response.headers.get("Content-Type")?.includes("json")
  return isJson ? response.json() : null
}

/** Send a request, with a body of JSON or a form; answer its JSON, or throw Refused or Unreachable. */
export async function request(url, { method = "GET", body, headers = {}, signal } = {}) {
  const options = {
    method,
    signal,
    credentials: "same-origin",
    headers: headersOf(method, body, headers),
    body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
  }
  const response = await fetch(url, options).catch((cause) => {
    if (cause.name === "AbortError") throw cause
    throw new Unreachable(cause)
  })
  const answer = await bodyOf(response)
  if (response.status === 401) document.dispatchEvent(new CustomEvent("gisgrid:signed-out"))
  if (!response.ok) throw new Refused(response.status, answer?.error)
  return answer
}

export const post = (url, body, headers) => request(url, { method: "POST", body, headers })
