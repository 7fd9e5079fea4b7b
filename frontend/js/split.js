// In `[data-split]` the links of the list load only #detail of the page they point to; the address follows.
import htmx from "htmx.org";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-split] [data-list] a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
});

// j and k move and show at once.
document.addEventListener("row:chosen", (event) => {
  if (event.target.closest("[data-split]") && event.detail.link) later(event.detail.link);
});

let timer = 0;

/**
 * Running down the list with j must not ask the server for every line in between. Until the new detail is there the
 * old one is busy: a key pressed meanwhile must not do anything with the lead before (keys.js looks at it).
 */
function later(link) {
  clearTimeout(timer);
  link.closest("[data-split]").querySelector(".split-detail").setAttribute("aria-busy", "true");
  timer = setTimeout(() => show(link), 120);
}

function show(link) {
  const split = link.closest("[data-split]");
  const detail = split.querySelector(".split-detail");
  for (const other of split.querySelectorAll("[data-list] [aria-current]")) other.removeAttribute("aria-current");
  for (const row of split.querySelectorAll("[data-row].is-at")) row.classList.remove("is-at");
  link.setAttribute("aria-current", "true");
  link.closest("[data-row]")?.classList.add("is-at");
  const target = `#${detail.id}`;
  detail.setAttribute("aria-busy", "true");
  const loading = htmx.ajax("GET", link.getAttribute("href"), { source: detail, target, select: target, swap: "outerHTML", replace: "true" });
  Promise.resolve(loading).finally(() => detail.removeAttribute("aria-busy"));
}
