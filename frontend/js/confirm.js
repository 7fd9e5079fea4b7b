// `data-confirm="sentence"` on a submit button asks before its form is sent. Without JavaScript it is simply sent.

const confirmed = new WeakSet();

document.addEventListener(
  "submit",
  (event) => {
    const button = event.submitter;
    if (!button?.dataset.confirm) return;
    if (confirmed.delete(button)) return;
    const dialog = document.getElementById("confirm");
    if (!dialog) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(dialog, button);
  },
  true,
);

function ask(dialog, button) {
  dialog.querySelector("#confirm-text").textContent = button.dataset.confirm;
  dialog.querySelector("[data-yes]").textContent = button.textContent.trim();
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue === "yes") {
        confirmed.add(button);
        button.form.requestSubmit(button);
      } else {
        button.focus();
      }
    },
    { once: true },
  );
  dialog.showModal();
}
