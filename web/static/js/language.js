// The sentences of the page's language; a module that imports `t` waits until they are here.
import { request } from "./request.js"

export const language = document.documentElement.dataset.language ?? "zh"
const sentences = await request(`/locale/${language}.json`)

/** The sentence `key` with {name} replaced by its value; the key itself when nobody wrote it. */
export function t(key, values = {}) {
  const sentence = sentences[key] ?? key
  return sentence.replaceAll(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark)
}

/** Text the server gives in both languages: {zh, en} -> the page's. */
export const ours = (both) => both?.[language] ?? both?.zh ?? ""
