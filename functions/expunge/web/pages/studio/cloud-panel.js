// The offer to go on in the cloud, where the server has tasks.

import { button, h } from "../design/dom.js";
import { known } from "./account.js";
import { MODES, offers } from "./config.js";
import { changed } from "./items.js";
import { purposeGiven } from "./purpose.js";
import { start } from "./run.js";

export function cloudPanel(item) {
  if (item.settings.mode !== "mask" || item.result || !MODES.mask) return [];
  if (!item.offered) {
    offers().then((offered) => changed(item, { offered }));
    return [];
  }
  const { tasks, credits } = item.offered;
  if (!tasks?.enabled) return [];
  const cost = credits?.on ? `${credits.task} credits a run` : "free here";
  const first = credits?.on && !known() ? ` Your first run opens a guest workspace with ${credits.starter} free credits. No sign-up.` : "";
  const busy = ["waiting", "working"].includes(item.state);
  return [h("div", { class: "card stack tight" },
    h("h2", {}, "Go on in the cloud"),
    h("p", { class: "hint" }, `Sends the image, blurs every face, and keeps the task in your history: ${cost}.${first}`),
    button("Blur in the cloud", () => purposeGiven() && start(item, "cloud"), { symbol: "cloud", disabled: busy }))];
}
