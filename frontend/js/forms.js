// Focus on the error summary, filters that apply themselves, forms that can be sent once only.

function focusMarked(root) {
  const marked = root.querySelector("[data-focus]");
  if (marked) marked.focus();
}

focusMarked(document);
document.addEventListener("htmx:after:swap", (event) => focusMarked(event.target));

// A condition's live answer speaks of what stands there now: what was wrong when it was last sent goes. Of an empty one
// it says nothing.
document.addEventListener("htmx:after:swap", (event) => {
  const field = event.target.closest?.(".field.has-error");
  const text = field?.querySelector("textarea[hx-post]");
  if (!text?.value.trim()) return;
  field.classList.remove("has-error");
  field.querySelector(".errorlist")?.remove();
  text.removeAttribute("aria-invalid");
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  // After the browser has read the form, or the pressed button's own value would be missing.
  setTimeout(() => setButtons(form, true));
});

// Back from the next page: the form must be usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) setButtons(form, false);
});

function setButtons(form, isOff) {
  for (const button of form.querySelectorAll("button")) button.disabled = isOff;
}
