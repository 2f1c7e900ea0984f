// Who uses this browser: the account with its credits, asked for only where it is needed.

import { ask } from "../design/ask.js";

export const accounts = new EventTarget();
const HINT = /(?:^|; )(?:__(?:Host|Secure)-)?expunge_csrf=/; // a session always comes with this cookie
let me = null;
let asked = false;
export const shownKey = { value: null, words: "" };

/** The account, or null without one. */
export async function account() {
  if (!asked) await refresh();
  return me;
}

/** The account as known now, without asking. */
export const known = () => me;

export async function refresh() {
  asked = true;
  me = HINT.test(document.cookie) ? await ask("GET", "/api/v1/me").catch((problem) => { if (problem.status !== 401) throw problem; return null; }) : null;
  accounts.dispatchEvent(new Event("changed"));
}

/** Keep a new key for the drawer; it cannot be shown again later. */
export function showKey(value, words) {
  Object.assign(shownKey, { value, words });
  accounts.dispatchEvent(new Event("changed"));
}
