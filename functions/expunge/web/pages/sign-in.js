"use strict";

const said = document.querySelector("#said");

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
  said.textContent = await post("/api/v1/auth/links", { email }).then((sent) => sent.message, (error) => error.message);
});

document.querySelector("#guest").addEventListener("click", () => {
  post("/api/v1/auth/guest", {}).then(() => location.assign("/account"), (error) => { said.textContent = error.message; });
});

if (new URLSearchParams(location.search).has("problem")) {
  said.textContent = "That link has been used, has expired, or was asked for in another browser. Ask for a new one.";
}
