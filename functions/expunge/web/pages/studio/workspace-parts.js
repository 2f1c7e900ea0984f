// The parts of the workspace, but its history: account, credits, keys, limits, privacy.

import { ask } from "../design/ask.js";
import { asked, confirmed, toast } from "../design/dialog.js";
import { button, h } from "../design/dom.js";
import { here, ROOT } from "../design/root.js";
import { clock, count } from "../design/words.js";
import { account, refresh, showKey, shownKey } from "./account.js";
import { offers } from "./config.js";
import { copyText } from "./downloads.js";

const part = (title, ...children) => h("section", { class: "stack tight" }, h("h3", {}, title), ...children);

/** Do something, show the drawer again, and say what went wrong. */
const doing = (act) => () => act().then(refresh).catch((problem) => toast(`${problem.message} ${problem.step || ""}`));

export async function accountPart(me) {
  const { sign_in: ways } = await offers();
  const link = (words) => (ways?.email || ways?.google) && h("a", { class: "button", href: here("/sign-in") }, words);
  if (!me) return part("No account needed", h("p", { class: "soft" }, "Everything on this device works without one. A workspace is made for you when you first blur in the cloud, or now:"),
    h("div", { class: "row" }, link("Sign in"), button("Start as a guest", doing(() => ask("POST", "/api/v1/auth/guest", { body: {} })))));
  const words = me.guest ? "You are a guest: only this browser can open this workspace. Sign in to keep it." : `You are signed in. Tier: ${me.subscription_tier}.`;
  return part(me.guest ? "Guest workspace" : "Signed in", h("p", { class: "soft" }, words), h("div", { class: "row" },
    me.guest && link("Sign in to keep it"), h("a", { class: "button", href: here("/account") }, "Account"),
    button("Sign out", doing(() => signOut(me)))));
}

async function signOut(me) {
  if (me.guest && !(await confirmed("Leave the guest workspace?", "Nobody can open it again: its credits, keys and history are lost to you.", "Leave it"))) return;
  await ask("POST", "/api/v1/auth/sign-out");
  showKey(null, "");
}

const REASONS = { granted: "Received", expired: "Expired", reserved: "Reserved", settled: "Settled", returned: "Given back" };

export async function creditsPart(me) {
  const { credits, billing } = await offers();
  if (credits && !credits.on) return part("Credits", h("p", { class: "soft" }, "Everything is free on this server."));
  const { entries } = await ask("GET", "/api/v1/credits/entries?limit=10");
  const rows = entries.map((entry) => h("tr", {}, h("td", {}, clock(entry.at)), h("td", {}, entry.note ? `${REASONS[entry.reason]} (${entry.note})` : REASONS[entry.reason]), h("td", { class: "number" }, `${entry.amount > 0 ? "+" : ""}${entry.amount}`)));
  return part("Credits", h("p", { class: "big" }, `${me.credits.total} credits`), credits?.task && h("p", { class: "soft" }, `Blurring an image in the cloud takes ${credits.task}.`),
    billing?.top_up ? await topUp() : null,
    rows.length ? h("details", {}, h("summary", {}, "Entries"), h("table", {}, h("tbody", {}, ...rows))) : null);
}

async function topUp() {
  const { packs } = await ask("GET", "/api/v1/billing/packs");
  const buy = (pack) => doing(async () => location.assign((await ask("POST", "/api/v1/billing/top-up", { body: { pack: pack.id } })).url));
  return h("div", { class: "row" }, ...packs.map((pack) => button(`Top up ${pack.credits} credits`, buy(pack), { symbol: "add" })));
}

export async function keysPart() {
  const { keys } = await ask("GET", "/api/v1/keys");
  const make = async () => {
    const name = await asked("New API key", "Name", { action: "Create", maxlength: "64", hint: "For you to tell keys apart, for example Zapier." });
    if (name) showKey((await ask("POST", "/api/v1/keys", { body: { name } })).key, `«${name}» was created.`);
  };
  return part("API keys", shownKey.value && h("div", { class: "note" }, h("p", {}, `${shownKey.words} Save it now: it cannot be shown again.`), h("pre", { tabindex: "0" }, h("code", {}, shownKey.value)),
    button("Copy the key", () => copyText(shownKey.value), { symbol: "copy" })),
  keys.length ? h("ul", { class: "keys" }, ...keys.map(keyRow)) : h("p", { class: "soft" }, "No key yet."), h("div", { class: "row" }, button("New key", doing(make), { symbol: "add" })), await byApi());
}

/** The same task from elsewhere, with a key. */
async function byApi() {
  if (!(await offers()).tasks?.enabled) return null;
  const code = `curl -X POST '${location.origin}${ROOT}/api/generate' \\\n  -H 'Authorization: Bearer YOUR_API_KEY' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"image": "https://pictures.example/photo.jpg"}'`;
  return h("details", {}, h("summary", {}, "Blur in the cloud from your own code"), h("div", { class: "stack tight" }, h("pre", { tabindex: "0" }, h("code", {}, code)), h("p", { class: "hint" }, "Then ask ", h("code", {}, "GET /api/status?task_id=…"), " every one to two seconds.")));
}

function keyRow(key) {
  const url = `/api/v1/keys/${key.id}`;
  const change = (changes) => ask("PATCH", url, { body: changes });
  const rename = async () => { const name = await asked("Rename the key", "Name", { value: key.name, maxlength: "64" }); if (name) await change({ name }); };
  const drop = async () => { if (await confirmed(`Delete «${key.name || "unnamed"}»?`, "Programs that use this key are refused within seconds. This cannot be undone.", "Delete")) await ask("DELETE", url); };
  return h("li", {}, h("div", {}, h("strong", {}, key.name || "unnamed"), " ", key.enabled ? null : h("span", { class: "tag bad" }, "disabled"), h("p", { class: "hint" }, `${key.preview} · ${count(key.request_count, "call")}${key.last_used_at ? `, last on ${clock(key.last_used_at)}` : ""}`)),
    h("div", { class: "row" }, button("Rename", doing(rename), { kind: "small" }), button(key.enabled ? "Disable" : "Enable", doing(() => change({ enabled: !key.enabled })), { kind: "small" }), button("Delete", doing(drop), { kind: "small danger" })));
}

const GROUPS = { light: "images (metadata, AI marks, faces)", detect: "reports", heavy: "watermark runs", moving: "moving pictures", uploads: "uploads" };
const WINDOWS = { 3600: "this hour", 86400: "today" };

export async function limitsPart() {
  const me = await account();
  const rows = me.quotas.map((quota) => {
    const [group] = quota.policy.split("-");
    return h("li", {}, `${quota.remaining} of ${quota.limit} ${GROUPS[group] || group} left ${WINDOWS[quota.window_seconds] || "this month"}; full again ${clock(quota.resets_at)}.`);
  });
  return part("Free limits", rows.length ? h("ul", {}, ...rows) : h("p", { class: "soft" }, "No limits apply."));
}

export const privacyPart = () => part("Privacy", h("p", { class: "soft" }, "What runs on this device never leaves it. What you send is deleted: an upload within the hour after its last use, a result after 24 hours. Records of jobs hold no image."));
