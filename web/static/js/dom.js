// Building the page's elements without HTML text: every word reaches the page by textContent.
const SVG = "http://www.w3.org/2000/svg"

/** el("b", {class: "x", onclick: f}, "text", child…): an element with its properties and children. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) put(element, name, value)
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  )
  return element
}

function put(element, name, value) {
  if (value === null || value === undefined || value === false) return
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
  else if (name === "style") Object.assign(element.style, value)
  else element.setAttribute(name, value === true ? "" : value)
}

export function icon(name, className = "") {
  const drawing = svg("svg", { class: `icon ${className}`.trim(), "aria-hidden": "true" })
  drawing.append(svg("use", { href: `/static/icons.svg#${name}` }))
  return drawing
}

/** An SVG element with its attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export const find = (selector, within = document) => within.querySelector(selector)

/** Replace what `element` shows. */
export function show(element, ...children) {
  element.replaceChildren(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  )
}

/** Is the reader typing, so that single-key shortcuts must wait? */
export function isTyping(event) {
  const target = event.target
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  )
}
