// What htmx's requests may come back with besides the expected part of a page.
import { hush, say } from "./say.js";

document.addEventListener("htmx:before:request", hush);

document.addEventListener("htmx:before:response", (event) => {
  const raw = event.detail.ctx.response.raw;
  // The session has ended: a sign-in page must not land inside a panel. The full load asks and comes back here.
  if (raw.redirected && new URL(raw.url).pathname.startsWith("/account/")) {
    event.preventDefault();
    location.reload();
  }
});

document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status !== 422) say("failed");
});

document.addEventListener("htmx:error", () => say("failed"));
