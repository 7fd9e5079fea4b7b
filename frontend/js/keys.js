// Single keys, off unless the body wears `data-shortcuts`. See docs/interface.md, "Behaviours".

export function areKeysOn() {
  return document.body.hasAttribute("data-shortcuts");
}

const isTyping = (element) =>
  element.isContentEditable ||
  element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

const isShown = (element) =>
  element.checkVisibility() && !element.disabled && !element.closest("[aria-busy=true]");

document.addEventListener("keydown", (event) => {
  if (!areKeysOn() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});

function act(key) {
  if (key === "?") return showKeys();
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  const field = find("data-focus-key", key);
  if (field) {
    field.focus();
    field.select?.();
    return true;
  }
  const target = find("data-key", key);
  target?.click();
  if (target?.matches("summary")) enter(target);
  return Boolean(target);
}

/** A form that a key has opened takes the focus, so that one goes on typing; closed again, its summary has it. */
function enter(summary) {
  const opened = summary.parentElement;
  const field = opened.open && opened.querySelector("input:not([type=hidden]), select, textarea");
  (field || summary).focus();
}

function find(attribute, key) {
  const all = document.querySelectorAll(`[${attribute}="${CSS.escape(key)}"]`);
  return [...all].find(isShown);
}

/** Marks the next or previous line and puts the focus on its link, so that Enter opens it. */
function move(step) {
  const list = document.activeElement.closest("[data-list]") ?? document.querySelector("[data-list]");
  const rows = [...(list?.querySelectorAll("[data-row]") ?? [])].filter(isShown);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.matches(".is-at") || row.contains(document.activeElement));
  const known = at < 0 ? rows.findIndex((row) => row.querySelector("[aria-current]")) : at;
  const next = known < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(known + step, 0), rows.length - 1);
  for (const row of rows) row.classList.toggle("is-at", row === rows[next]);
  const link = rows[next].querySelector("a[href], button");
  link?.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
  rows[next].dispatchEvent(new CustomEvent("row:chosen", { bubbles: true, detail: { link } }));
  return true;
}

/** What a key does, in words: `data-name`, the label, or the text without the key itself. */
export function nameOf(element) {
  const name = element.dataset.name ?? element.getAttribute("aria-label");
  if (name) return name;
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return false;
  fillKeys(dialog);
  dialog.showModal();
  return true;
}

/** Lists the keys of this page below those that work everywhere. */
export function fillKeys(dialog) {
  const list = dialog.querySelector("[data-keys-list]");
  for (const old of list.querySelectorAll("[data-own]")) old.remove();
  const hasList = Boolean(document.querySelector("[data-list]"));
  for (const line of list.querySelectorAll("[data-list-only]")) line.hidden = !hasList;
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key], [data-focus-key]:not([data-focus-key='/'])")) {
    const key = element.dataset.key ?? element.dataset.focusKey;
    if (seen.has(key) || !isShown(element)) continue;
    seen.add(key);
    list.append(line("dt", Object.assign(document.createElement("kbd"), { textContent: key })));
    list.append(line("dd", nameOf(element)));
  }
}

function line(tag, content) {
  const element = document.createElement(tag);
  element.dataset.own = "";
  element.append(content);
  return element;
}
