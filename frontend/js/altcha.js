// The captcha of public forms: no image, no cookie, nobody else's server. German and English.
import "altcha/external";
import "altcha/i18n/de";
import "altcha/i18n/en";

const worker = new URL("./altcha-worker.js", import.meta.url);

/** On another website the worker's script has a foreign origin, which browsers refuse; a blob that imports it is allowed. */
function start() {
  if (worker.origin === location.origin) return new Worker(worker);
  const source = new Blob([`importScripts(${JSON.stringify(worker.href)})`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(source));
}

for (const algorithm of ["PBKDF2/SHA-256", "PBKDF2/SHA-384", "PBKDF2/SHA-512"]) {
  globalThis.$altcha.algorithms.set(algorithm, start);
}
