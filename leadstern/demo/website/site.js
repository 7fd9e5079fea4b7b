// The demo company's consent dialog: asks once, remembers only a "yes" or "no", passes it on to Leadstern.
(function () {
  "use strict";
  const dialog = document.getElementById("consent");
  const answer = () => {
    try { return localStorage.getItem("sonnwerk-consent"); } catch { return "no"; }
  };
  const decide = (choice) => {
    if (choice === "ask") { dialog.hidden = false; dialog.querySelector("button").focus(); return; }
    try { localStorage.setItem("sonnwerk-consent", choice); } catch { /* storage is off: ask again next time */ }
    dialog.hidden = true;
    if (window.leadstern && window.leadstern.consent) window.leadstern.consent(choice === "yes");
  };
  document.querySelectorAll("[data-consent]").forEach((button) => {
    button.addEventListener("click", () => decide(button.dataset.consent));
  });
  if (!answer() && !navigator.globalPrivacyControl) dialog.hidden = false;
})();
