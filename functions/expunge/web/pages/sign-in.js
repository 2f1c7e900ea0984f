"use strict";

const said = document.querySelector("#said");
const keep = document.querySelector("#keep-keys");

async function post(url, body) {
  const headers = { "content-type": "application/json", ...csrf() };
  const answer = await fetch(ROOT + url, { method: "POST", headers, body: JSON.stringify(body) });
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(document.detail || `The service answered with HTTP status ${answer.status}.`);
  return document;
}

document.querySelector("#link").addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "Sending…";
  const email = new FormData(event.target).get("email");
  const request = { email, keep_keys: keep.checked };
  said.textContent = await post("/api/v1/auth/links", request).then((sent) => sent.message, (error) => error.message);
});

keep.addEventListener("change", () => {
  document.querySelector("#google").search = keep.checked ? "?keep_keys=true" : "";
});

// Only what the operator has set up is offered.
fetch(`${ROOT}/api/v1/config`).then((answer) => answer.json()).then(({ sign_in: ways }) => {
  document.querySelector("#link").hidden = !ways.email;
  document.querySelector("#google").hidden = !ways.google;
}, () => {});

// A guest with API keys chooses whether the account takes them over.
fetch(`${ROOT}/api/v1/keys`).then((answer) => (answer.ok ? answer.json() : { keys: [] })).then(({ keys }) => {
  document.querySelector("#keys").hidden = keys.length === 0;
}, () => {});

document.querySelector("#guest").addEventListener("click", () => {
  post("/api/v1/auth/guest", {}).then(() => location.assign(`${ROOT}/account`), (error) => { said.textContent = error.message; });
});

if (new URLSearchParams(location.search).has("problem")) {
  said.textContent = "This link has been used, has expired, or was requested in another browser. Request a new one.";
}
