// Tells people who do not see the change what happened. The texts stand as data- attributes on #said.

/** Says the sentence kept under `name` ("copied", "failed"); a failure is also shown. */
export function say(name) {
  const place = document.getElementById("said");
  if (!place) return;
  const text = place.dataset[name];
  place.textContent = "";
  place.classList.toggle("visually-hidden", name !== "failed");
  place.classList.toggle("said-failed", name === "failed");
  requestAnimationFrame(() => {
    place.textContent = text;
  });
}

/** Takes the sentence away again. */
export function hush() {
  const place = document.getElementById("said");
  if (!place) return;
  place.textContent = "";
  place.classList.add("visually-hidden");
  place.classList.remove("said-failed");
}
