// `data-copy="#id"` copies the value or text of that element, `data-copy="text"` the text itself.
import { say } from "./say.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const wanted = button.dataset.copy;
  const source = wanted.startsWith("#") ? document.getElementById(wanted.slice(1)) : null;
  const text = source ? (source.value ?? source.textContent.trim()) : wanted;
  try {
    await write(text);
    say("copied");
    mark(button);
  } catch {
    say("failed");
  }
});

/** The clipboard needs https or localhost; elsewhere the old command does it. */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

function mark(button) {
  if (button.dataset.before) return;
  button.dataset.before = button.textContent;
  button.textContent = document.getElementById("said").dataset.copied;
  setTimeout(() => {
    button.textContent = button.dataset.before;
    delete button.dataset.before;
  }, 1500);
}
