/*
 * Leadstern: counts visits of this website without cookies and without recognising anybody, until they agree.
 *
 *   <script defer src="https://leads.example.com/e/track.js" data-site="KEY"></script>
 *
 * Before consent nothing is stored on the device and nothing is sent that tells two visitors apart.
 *   leadstern.consent(true, "the wording that was shown")   recognise this browser from now on
 *   leadstern.consent(false)                                forget it, here and on the server
 *   leadstern.track("click", "label")                       report something by hand (kinds: page, click, download)
 *   leadstern.context()                                     where this visit came from, for forms
 * A click on anything with data-leadstern-cta="label" and every download are reported.
 */
(function (window, document) {
  "use strict";
  var script = document.currentScript || document.querySelector("script[data-site][src*='/e/track.js']");
  var leadstern = (window.leadstern = window.leadstern || {});
  if (!script || leadstern.track) return; // embedded twice: count once

  var NAME = "leadstern"; // the one key in localStorage; "<id>!" until the server has the consent
  var FILES = /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|ics|vcf|dwg|dxf|ifc|epub|mp[34])$/i;
  var endpoint = new URL("/h", script.src).href;
  var site = script.getAttribute("data-site");
  var visitor = (stored() || "").replace("!", "");
  var agreed = "";
  var path = null;
  var first = {};
  var isInside = false;
  var landing = bare(location.href);

  // ---- Global Privacy Control and Do Not Track mean: not me ----
  function objects() {
    return navigator.globalPrivacyControl === true || navigator.doNotTrack === "1" || window.doNotTrack === "1";
  }

  // localStorage throws where the browser forbids it.
  function stored(value) {
    try {
      if (value === undefined) return localStorage.getItem(NAME);
      if (value) localStorage.setItem(NAME, value);
      else localStorage.removeItem(NAME);
    } catch (error) {}
  }

  // ---- sending: text/plain needs no preflight, keepalive survives leaving the page, no cookies go along ----
  function send(message, tries) {
    message.site = site;
    if (navigator.webdriver) message.webdriver = true;
    var body = JSON.stringify(message);
    if (!window.fetch) return navigator.sendBeacon && navigator.sendBeacon(endpoint, body);
    var options = { method: "POST", body: body, keepalive: true, credentials: "omit", referrerPolicy: "no-referrer" };
    fetch(endpoint, options).then(
      function (answer) {
        // 503: certainly not stored, so it may be sent again without being counted twice.
        if (answer.status === 503) again();
        else if (answer.ok && message.consent && stored() === message.visitor + "!") stored(message.visitor);
      },
      // Unknown whether it arrived: only consent and withdrawal may arrive twice.
      function () {
        delete message.hits;
        if ("consent" in message) again();
      }
    );
    function again() {
      // A consent that was withdrawn meanwhile must not come back.
      if (tries < 4 && (!message.consent || message.visitor === visitor))
        setTimeout(send, 2000 * (tries + 1), message, tries + 1);
    }
  }

  function report(hit) {
    var message = { hits: [Object.assign({}, first, { page: bare(location.href) }, hit)] };
    if (visitor) {
      message.visitor = visitor;
      if ((stored() || "").slice(-1) === "!") {
        message.consent = true;
        message.text = agreed;
      }
    }
    send(message, 0);
  }

  // ---- addresses: queries and fragments may hold anything about a person, so they stay here ----
  function bare(address) {
    return address.split(/[?#]/)[0].slice(0, 2000);
  }

  function campaign() {
    var query = new URLSearchParams(location.search);
    var found = {};
    ["source", "medium", "campaign"].forEach(function (name) {
      var value = query.get("utm_" + name);
      if (value) found[name] = value.slice(0, 500);
    });
    // Only which kind of click id there is, never its value.
    "gclid gbraid wbraid msclkid dclid li_fat_id ttclid twclid rdt_cid fbclid".split(" ").some(function (name) {
      return query.has(name) && (found.click = name);
    });
    return found;
  }

  // Reloaded, gone back and forth, or come from a page here that hides its referrer: no new visit.
  function isContinued() {
    var entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    var from = window.navigation && navigation.activation && navigation.activation.from;
    return !!from || (!!entry && (entry.type === "reload" || entry.type === "back_forward"));
  }

  function page(isInside) {
    if (location.pathname === path) return;
    path = location.pathname;
    report({ inside: isInside });
  }

  leadstern.track = function (kind, label) {
    report({ kind: kind, label: String(label || "").slice(0, 500), inside: true });
  };

  leadstern.context = function () {
    var context = Object.assign({}, first, { page: bare(location.href), landing_page: landing });
    if (visitor) context.visitor = visitor;
    return context;
  };

  // ---- consent ----
  function newId() {
    // crypto.randomUUID exists on https pages only.
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (digit) {
      return (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16);
    });
  }

  function forget() {
    var gone = visitor;
    visitor = "";
    stored("");
    if (gone) send({ visitor: gone, consent: false }, 0);
  }

  /** Answers whether this browser is recognised from now on. */
  leadstern.consent = function (isGiven, text) {
    if (!isGiven || objects()) {
      forget();
      return false;
    }
    if (!visitor) {
      visitor = newId();
      stored(visitor + "!");
      agreed = String(text || "").slice(0, 2000);
      // Counted already, as nobody's.
      if (path !== null) report({ kind: "landing", page: landing, inside: isInside });
    }
    return true;
  };

  // ---- what is reported by itself ----
  function clicked(event) {
    if (event.button > 1 || !event.target.closest) return;
    var action = event.target.closest("[data-leadstern-cta]");
    var link = event.target.closest("a[href]");
    if (action) leadstern.track("click", action.getAttribute("data-leadstern-cta") || action.id);
    if (link && (link.hasAttribute("download") || FILES.test(link.pathname))) {
      leadstern.track("download", link.pathname.split("/").pop());
    }
  }

  function start() {
    if (visitor && objects()) forget();
    first = campaign();
    first.referrer = bare(document.referrer);
    isInside = isContinued();
    page(isInside);
    document.addEventListener("click", clicked, true);
    document.addEventListener("auxclick", clicked, true);
    // Single-page applications change the address only.
    var push = history.pushState;
    history.pushState = function () {
      push.apply(history, arguments);
      page(true);
    };
    window.addEventListener("popstate", function () {
      page(true);
    });
    // Back from the browser's cache of whole pages: seen once more.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) {
        path = null;
        page(true);
      }
    });
  }

  // Prepared in advance or in the background: nobody has seen it yet.
  function whenSeen() {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", whenSeen);
    start();
  }
  document.addEventListener("visibilitychange", whenSeen);
  whenSeen();
})(window, document);
