// `<details data-menu>` closes on Escape and on a click elsewhere; `data-open="id"` opens a dialog.
import { areKeysOn, fillKeys } from "./keys.js";

for (const button of document.querySelectorAll("[data-open]")) {
  button.hidden = button.dataset.open === "keys" && !areKeysOn();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-open]");
  if (opener) open(opener);
});

function open(opener) {
  const dialog = document.getElementById(opener.dataset.open);
  opener.closest("details[data-menu]")?.removeAttribute("open");
  if (dialog.id === "keys") fillKeys(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A click on the backdrop closes; the dialog's own padding does not.
document.addEventListener("mousedown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
  const box = dialog.getBoundingClientRect();
  const isInside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!isInside) dialog.close();
});
