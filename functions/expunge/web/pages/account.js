"use strict";

const $ = (selector) => document.querySelector(selector);
const say = (text) => { $("#said").textContent = text; };

async function ask(url, method = "GET", body = undefined) {
  const headers = body === undefined ? csrf() : { "content-type": "application/json", ...csrf() };
  const answer = await fetch(ROOT + url, { method, headers, body: body && JSON.stringify(body) });
  const document = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(document.detail || `The service answered with HTTP status ${answer.status}.`), document);
  return document;
}

function row(...cells) {
  const line = document.createElement("tr");
  line.append(...cells.map((cell) => {
    const box = document.createElement("td");
    box.append(cell);
    return box;
  }));
  return line;
}

function action(text, act) {
  const button = Object.assign(document.createElement("button"), { className: "plain", textContent: text });
  button.addEventListener("click", () => act().then(show, (error) => say(error.message)));
  return button;
}

const when = (moment) => (moment ? new Date(moment).toLocaleString() : "never used");

function keyRow(key) {
  const url = `/api/v1/keys/${key.id}`;
  const state = key.enabled ? `${key.request_count} calls, ${when(key.last_used_at)}` : "disabled";
  const buttons = document.createElement("span");
  buttons.append(
    action(key.enabled ? "Disable" : "Enable", () => ask(url, "PATCH", { enabled: !key.enabled })),
    " ", action("Delete", () => ask(url, "DELETE")),
  );
  return row(key.name || "unnamed", key.preview, state, buttons);
}

async function make(name) {
  const made = await ask("/api/v1/keys", "POST", { name });
  $("#shown").hidden = false;
  $("#shown code").textContent = made.key;
}

async function show() {
  const me = await ask("/api/v1/me");
  const { keys } = await ask("/api/v1/keys");
  say(me.guest ? "You are a guest: only this browser can use the account." : `You are signed in. Tier: ${me.subscription_tier}.`);
  $("#quotas").replaceChildren(...me.quotas.map((q) => row(q.policy, `${q.remaining} of ${q.limit}`, `resets ${when(q.resets_at)}`)));
  $("#credits").replaceChildren(...Object.entries(me.credits).map(([pool, amount]) => row(pool, String(amount))));
  $("#keys").replaceChildren(...keys.map(keyRow));
  $("#keep").hidden = !me.guest;
  const { billing } = await ask("/api/v1/config");
  $("#upgrade").hidden = me.subscription_tier !== "free" || !billing.pro;
  $("#account").hidden = false;
  if (location.hash === "#welcome" && me.subscription_tier === "pro" && keys.length === 0) {
    history.replaceState(null, "", `${ROOT}/account`);
    await make("Pro");
    await show();
  }
}

$("#new").addEventListener("submit", (event) => {
  event.preventDefault();
  make(new FormData(event.target).get("name")).then(show, (error) => say(error.message));
  event.target.reset();
});
$("#out").addEventListener("click", () => ask("/api/v1/auth/sign-out", "POST").then(() => location.assign(`${ROOT}/`), (error) => say(error.message)));
$("#erase").addEventListener("click", () => {
  if (!confirm("Erase your account with its keys, jobs and images? This cannot be undone.")) return;
  ask("/api/v1/account", "DELETE").then(() => location.assign(`${ROOT}/`), (error) => say(error.message));
});
$("#upgrade").addEventListener("click", () => {
  ask("/api/v1/billing/checkout", "POST").then(({ url }) => location.assign(url), (error) => say(error.message));
});
show().catch((error) => (error.status === 401 ? location.assign(`${ROOT}/sign-in`) : say(error.message)));
