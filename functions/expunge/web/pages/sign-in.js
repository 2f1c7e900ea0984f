"use strict";

const said = document.querySelector("#said");
const keep = document.querySelector("#keep-keys");

async function post(url, body) {
  const headers = { "content-type": "application/json", ...csrf() };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(document.detail || `The service answered ${answer.status}.`);
  return document;
}

document.querySelector("#link").addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "Sending…";
  const email = new FormData(event.target).get("email");
  const wish = { email, keep_keys: keep.checked };
  said.textContent = await post("/api/v1/auth/links", wish).then((sent) => sent.message, (error) => error.message);
});

keep.addEventListener("change", () => {
  document.querySelector("#google").search = keep.checked ? "?keep_keys=true" : "";
});

// A guest who has made API keys says whether they go on for the account.
fetch("/api/v1/keys").then((answer) => (answer.ok ? answer.json() : { keys: [] })).then(({ keys }) => {
  document.querySelector("#keys").hidden = keys.length === 0;
}, () => {});

document.querySelector("#guest").addEventListener("click", () => {
  post("/api/v1/auth/guest", {}).then(() => location.assign("/account"), (error) => { said.textContent = error.message; });
});

if (new URLSearchParams(location.search).has("problem")) {
  said.textContent = "That link has been used, has expired, or was asked for in another browser. Ask for a new one.";
}
