// API keys of the operator's own account.

import { button, h } from "../design/dom.js";
import { asked, confirmed, opened, toast } from "../design/dialog.js";
import { clock } from "../design/words.js";
import { admin } from "./api.js";
import { heading, pager, table, tag } from "./parts.js";

export async function showKeys(query) {
  const page = Number(query.get("page")) || 1;
  const answer = await admin("GET", `api-keys?page=${page}`);
  const rows = answer.items.map((key) => [
    key.name, h("code", {}, key.key_preview), tag(key.is_active ? "active" : "disabled"), key.request_count,
    key.last_used_at ? clock(key.last_used_at) : "never", clock(key.created_at), actions(key)]);
  return [
    heading("API keys", button("Create a key", create, { symbol: "add", kind: "primary" })),
    h("p", { class: "soft" }, "These keys belong to the operator. They work on every route, with the limits of a pro account."),
    rows.length ? table("API keys, newest first", ["Name", "Key", "State", "Requests", "Last used", "Created", ""], rows) : h("p", {}, "There is no key yet."),
    pager(answer, (number) => `#keys?page=${number}`),
  ];
}

function actions(key) {
  const path = `api-keys/${key.id}`;
  const words = (verb) => ({ "aria-label": `${verb} ${key.name}` });
  return h("span", { class: "row" },
    button("Rename", () => rename(key, path), words("Rename")),
    button(key.is_active ? "Disable" : "Enable", () => done(admin("PATCH", path, { body: { is_active: !key.is_active } })), words(key.is_active ? "Disable" : "Enable")),
    button("Delete", () => remove(key, path), { kind: "danger", ...words("Delete") }));
}

async function create() {
  const name = await asked("Create a key", "Name", { action: "Create", maxlength: 64, hint: "Your own name for it, as in «Production app»." });
  if (!name) return;
  const made = await done(admin("POST", "api-keys", { body: { name } }));
  if (made) await tell(made);
}

/** The key, which nobody sees again. */
function tell(made) {
  const copy = () => navigator.clipboard.writeText(made.key).then(() => toast("Copied."), () => toast("Select the key and copy it by hand."));
  return opened("Save this key now", (close) => [
    h("p", { class: "soft" }, "It cannot be shown again. The service keeps only its digest."),
    h("pre", { tabindex: "0" }, h("code", { id: "new-key" }, made.key)),
    h("div", { class: "row" }, button("Copy", copy, { symbol: "copy" }), button("Done", () => close(null), { kind: "primary" }))]);
}

async function rename(key, path) {
  const name = await asked("Rename the key", "Name", { value: key.name, maxlength: 64 });
  if (name) await done(admin("PATCH", path, { body: { name } }));
}

async function remove(key, path) {
  const sure = await confirmed(`Delete «${key.name}»?`, "Programs that use this key are refused within 5 seconds. This cannot be undone.", "Delete");
  if (sure) await done(admin("DELETE", path));
}

/** Wait for a change and show the list again; a problem is told. */
async function done(change) {
  try {
    const answer = await change;
    dispatchEvent(new HashChangeEvent("hashchange"));
    return answer;
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}
