// Show or hide the password that is being typed.
const field = document.getElementById("password")
const button = document.getElementById("reveal")

button?.addEventListener("click", () => {
  const shown = field.type === "password"
  field.type = shown ? "text" : "password"
  button.textContent = shown ? button.dataset.hide : button.dataset.show
  button.setAttribute("aria-pressed", String(shown))
})
