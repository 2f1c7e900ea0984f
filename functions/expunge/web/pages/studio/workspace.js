// The drawer with what a person has here: credits, history, keys, limits, and how to sign in or out.

import { $, h, iconButton } from "../design/dom.js";
import { account, accounts, known, refresh } from "./account.js";
import { accountPart, creditsPart, keysPart, limitsPart, privacyPart } from "./workspace-parts.js";
import { historyPart } from "./history.js";
import { remedy } from "./problem-note.js";

let drawer = null;

export function workspace() {
  const opener = $("#workspace");
  opener.addEventListener("click", open);
  accounts.addEventListener("changed", () => {
    const me = known();
    $("#credits").textContent = me ? `${me.credits.total} credits` : "";
    $("#credits").hidden = !me;
    if (drawer?.open) fill();
  });
  refresh().then(() => { if (location.hash === "#topped-up") open(); }, () => {});
}

async function open() {
  drawer ||= $("body").appendChild(h("dialog", { class: "drawer", "aria-labelledby": "drawer-title", onclick: (event) => { if (event.target === drawer) drawer.close(); } }));
  if (!drawer.open) drawer.showModal();
  await fill();
}

async function fill() {
  const inside = h("div", { class: "inside" });
  const shell = [h("header", {}, h("h2", { id: "drawer-title" }, "Your workspace"), iconButton("Close", "close", () => drawer.close())), inside];
  try {
    const me = await account();
    const parts = me ? [accountPart, creditsPart, historyPart, keysPart, limitsPart, privacyPart] : [accountPart, historyPart, privacyPart];
    inside.append(...(await Promise.all(parts.map((part) => part(me)))).flat().filter(Boolean));
  } catch (problem) {
    inside.append(remedy(problem));
  }
  if (shell[1].children.length) drawer.replaceChildren(...shell);
}
