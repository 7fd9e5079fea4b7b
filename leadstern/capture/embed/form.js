// Leadstern forms on any website: <div data-leadstern-form="KEY"></div>. Without dependencies; stores nothing on the device.
// Shares the one global `leadstern` with track.js. Also serves the hosted page, where the form is in the page already.
(function () {
  "use strict";
  var script = document.currentScript;
  var base = new URL(script.src).origin;
  var leadstern = (window.leadstern = window.leadstern || {});
  if (leadstern.forms) return;

  function language(place) {
    return (place.getAttribute("data-language") || document.documentElement.lang || "de").slice(0, 2);
  }

  function ask(url, options) {
    return fetch(new URL(url, base), Object.assign({ credentials: "omit", headers: { Accept: "application/json" } }, options));
  }

  // Proof of work (ALTCHA protocol): PBKDF2 over nonce + counter until the key begins with the prefix.
  function bytes(hex) {
    return Uint8Array.from(hex.match(/../g) || [], function (pair) { return parseInt(pair, 16); });
  }

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  async function derive(parameters, counter) {
    var nonce = bytes(parameters.nonce);
    var password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    var key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    var how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost };
    return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
  }

  async function solve(challenge) {
    var started = Date.now();
    for (var counter = 0; counter < 100000; counter += 8) {
      var tries = [0, 1, 2, 3, 4, 5, 6, 7].map(function (step) { return derive(challenge.parameters, counter + step); });
      var keys = await Promise.all(tries);
      for (var step = 0; step < keys.length; step++) {
        if (!keys[step].startsWith(challenge.parameters.keyPrefix)) continue;
        var solution = { counter: counter + step, derivedKey: keys[step], time: Date.now() - started };
        return btoa(JSON.stringify({ challenge: challenge, solution: solution }));
      }
    }
    return "";
  }

  // Without a secure context there is no crypto.subtle: then the visitor is asked a question in words instead.
  async function prove(form) {
    var url = form.getAttribute("data-ls-challenge");
    if (!url || !window.crypto || !crypto.subtle) return "";
    return ask(url).then(function (answer) { return answer.json(); }).then(solve).catch(function () { return ""; });
  }

  function problem(form, input) {
    if (input.validity.valueMissing) return form.getAttribute(input.type === "checkbox" ? "data-ls-box" : "data-ls-required");
    if (input.validity.typeMismatch) return form.getAttribute("data-ls-email");
    return "";
  }

  function mark(form, input) {
    var text = problem(form, input) || "";
    var place = document.getElementById(input.id + "-error");
    if (!place) return text;
    place.textContent = text;
    place.hidden = !text;
    place.parentElement.classList.toggle("ls-wrong", !!text);
    if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    return text;
  }

  function isComplete(form) {
    var wrong = Array.from(form.elements).filter(function (input) { return input.id && input.validity && mark(form, input); });
    if (wrong.length) wrong[0].focus();
    return !wrong.length;
  }

  function context() {
    var known = typeof leadstern.context === "function" ? leadstern.context() || {} : {};
    var fields = { ls_page: location.href.split("#")[0], ls_referrer: document.referrer };
    ["visitor", "source", "medium", "campaign", "landing_page", "channel"].forEach(function (name) {
      if (known[name]) fields["ls_" + name] = known[name];
    });
    return fields;
  }

  function entries(form) {
    var values = context();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") values[name] = name in values && name.slice(0, 3) !== "ls_" ? [].concat(values[name], value) : value;
    });
    return values;
  }

  function element(tag, text, more) {
    return Object.assign(document.createElement(tag), { textContent: text }, more);
  }

  function finish(place, answer) {
    var box = element("div", "", { className: "ls-done", tabIndex: -1 });
    box.append(element("h2", answer.title || ""));
    (answer.text || "").split("\n").forEach(function (line) { box.append(element("p", line)); });
    if (answer.state === "held") box.append(element("a", answer.title, { href: new URL(answer.url, base).href }));
    place.replaceChildren(box);
    box.focus();
  }

  async function send(place, form, proof) {
    var values = entries(form);
    values.ls_proof = await proof;
    var response = await ask(form.getAttribute("action"), {
      method: "POST", body: JSON.stringify(values),
      headers: { Accept: "application/json", "Content-Type": "application/json" },
    });
    var answer = await response.json();
    if (answer.state === "invalid") return show(place, answer.html, true);
    if (answer.state === "done" || answer.state === "held") return finish(place, answer);
    throw new Error(answer.text || answer.state);
  }

  function prepare(form, submit) {
    var proof = null;
    var isSending = false;
    var status = form.querySelector(".ls-status");
    function begin() { proof = proof || prove(form); return proof; }
    form.noValidate = true;
    form.addEventListener("focusin", begin);
    form.addEventListener("change", function (event) { if (event.target.getAttribute("aria-invalid")) mark(form, event.target); });
    form.addEventListener("submit", async function (event) {
      event.preventDefault();
      if (isSending || !isComplete(form)) return;
      isSending = true;
      status.textContent = status.getAttribute("data-ls-working");
      try {
        await submit(begin());
      } catch (error) {
        proof = null;
        isSending = false;
        status.textContent = status.getAttribute("data-ls-failed");
      }
    });
  }

  function show(place, html, isCorrection) {
    place.innerHTML = html;
    place.setAttribute("data-ls-ready", "");
    var form = place.querySelector("form");
    prepare(form, function (proof) { return send(place, form, proof); });
    if (isCorrection) place.querySelector("[data-ls-focus]").focus();
  }

  // Where the form cannot be fetched, a plain link leads to the hosted page: nobody stands before an empty box.
  async function load(place) {
    var key = encodeURIComponent(place.getAttribute("data-leadstern-form"));
    try {
      var answer = await (await ask("/f/" + key + "/embed.json?language=" + language(place))).json();
      if (answer.state === "form") return show(place, answer.html, false);
      place.replaceChildren(element("p", answer.text || ""));
    } catch (error) {
      var words = language(place) === "de" ? "Zum Formular" : "To the form";
      place.replaceChildren(element("a", words, { href: new URL("/f/" + key + "/", base).href }));
    }
    place.setAttribute("data-ls-ready", "");
  }

  function hosted(form) {
    prepare(form, async function (proof) {
      var values = context();
      values.ls_proof = await proof;
      Object.keys(values).forEach(function (name) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: name, value: values[name] }));
      });
      form.submit();
    });
    var summary = form.querySelector("[data-ls-focus]");
    if (summary) summary.focus();
  }

  // Also for pages that put a form in later (single-page applications): leadstern.forms().
  leadstern.forms = function () {
    document.querySelectorAll("[data-leadstern-form]:not([data-ls-seen])").forEach(function (place) {
      place.setAttribute("data-ls-seen", "");
      load(place);
    });
    document.querySelectorAll("form.ls-form[data-ls-challenge]:not([data-ls-seen])").forEach(function (form) {
      if (form.closest("[data-leadstern-form]")) return;
      form.setAttribute("data-ls-seen", "");
      hosted(form);
    });
  };

  if (!document.querySelector('link[href="' + base + '/e/form.css"]') && document.querySelector("[data-leadstern-form]")) {
    document.head.append(element("link", "", { rel: "stylesheet", href: base + "/e/form.css" }));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", leadstern.forms);
  else leadstern.forms();
})();
