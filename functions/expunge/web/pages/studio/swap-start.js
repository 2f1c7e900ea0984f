// What to press to start a swap: it needs an account, two pictures and a statement.

import { ask } from "../design/ask.js";
import { toast } from "../design/dialog.js";
import { button, h } from "../design/dom.js";
import { here } from "../design/root.js";
import { list } from "../design/words.js";
import { known, refresh } from "./account.js";
import { offers } from "./config.js";
import { changed } from "./items.js";
import { missing } from "./swap.js";

export function startSwap(item, begin) {
  if (!known()) return signedOut(item);
  const wanted = missing(item);
  return [
    button("Swap", begin, { symbol: "cloud", kind: "primary wide", disabled: wanted.length > 0, "aria-describedby": "swap-hint" }),
    h("p", { class: "hint", id: "swap-hint" }, wanted.length ? `Still needed: ${list(wanted)}.` : "The server gets both pictures. It deletes them when the job ends, and the result after a day."),
  ];
}

/** Anonymous callers cannot swap: a swap is recorded with an account. */
function signedOut(item) {
  if (!item.offered) {
    offers().then((offered) => changed(item, { offered }));
    return [];
  }
  const ways = item.offered.sign_in;
  const guest = () => ask("POST", "/api/v1/auth/guest", { body: {} }).then(refresh).catch((problem) => toast(problem.message));
  return [
    h("p", { class: "soft" }, "A swap is recorded with an account, so it needs one."),
    h("div", { class: "row fill" },
      (ways?.email || ways?.google) && h("a", { class: "button", href: here("/sign-in") }, "Sign in"),
      button("Start as a guest", guest, { symbol: "person", kind: "primary" })),
  ];
}
