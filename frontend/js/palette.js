// Ctrl K: every page and every action of this page, by name. The pages come with the HTML, the actions are read off it.
import { areKeysOn, nameOf } from "./keys.js";

const dialog = document.getElementById("palette");

if (dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const none = dialog.querySelector("[data-none]");
  const actions = new WeakMap();

  const shown = () => [...list.children].filter((option) => !option.hidden);

  /** Small letters without accents, so that „uebersicht“, „übersicht“ and „ubersicht“ all find it. */
  const plain = (text) =>
    text
      .toLowerCase()
      .replace(/ä|ae/g, "a")
      .replace(/ö|oe/g, "o")
      .replace(/ü|ue/g, "u")
      .replace(/ß/g, "ss")
      .normalize("NFD")
      .replace(/\p{Mn}/gu, "");

  function choose(option) {
    for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
    input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  function filter() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const option of list.children) {
      const text = plain(option.dataset.words);
      option.hidden = !words.every((word) => text.includes(word));
    }
    none.hidden = shown().length > 0;
    choose(shown()[0]);
  }

  function addActions() {
    for (const option of [...list.children]) if (actions.has(option)) option.remove();
    const found = document.querySelectorAll("main [data-key], .page-actions a, .page-actions button, .top [data-key]");
    for (const [index, element] of [...new Set(found)].entries()) {
      if (!element.checkVisibility() || element.disabled) continue;
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.id = `palette-action-${index}`;
      option.textContent = nameOf(element);
      option.dataset.words = option.textContent;
      if (element.dataset.key && areKeysOn()) {
        option.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key }));
      }
      actions.set(option, element);
      list.append(option);
    }
  }

  function go(option, isNewTab) {
    if (!option) return;
    dialog.close();
    const element = actions.get(option);
    if (element) element.click();
    else if (isNewTab) window.open(option.dataset.href, "_blank", "noopener");
    else location.assign(option.dataset.href);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (!areKeysOn() || document.querySelector("dialog[open]:not(#palette)")) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  });

  dialog.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    addActions();
    filter();
  });

  dialog.addEventListener("close", () => {
    input.value = "";
  });

  dialog.addEventListener("keydown", (event) => {
    const options = shown();
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") choose(options[(at - 1 + options.length) % options.length]);
    else if (event.key === "Enter") go(options[at], event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  });

  input.addEventListener("input", filter);
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
}
