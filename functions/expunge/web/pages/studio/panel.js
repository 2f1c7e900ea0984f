// The panel beside the picture. Each part is drawn again only when what it shows has changed.

import { $, h, iconButton } from "../design/dom.js";
import { bytes } from "../design/words.js";
import { actionPanel, resultPanel } from "./action-panel.js";
import { choosePanel, optionsPanel } from "./choose-panel.js";
import { cloudPanel } from "./cloud-panel.js";
import { current, removed, studio } from "./items.js";
import { requestOptions, requestSources } from "./request.js";
import { snippets } from "./snippets.js";
import { toldPanel } from "./told-panel.js";

const PARTS = {
  about: { from: (item) => [item.name, item.size], build: about },
  result: { from: (item) => [item.result, item.problem, item.state], build: resultPanel },
  actions: { from: (item) => [item.state, item.text, item.progress, item.problem, item.result, item.settings, item.tab, item.faces, item.offered, item.swap, item.who], build: actionPanel },
  told: { from: (item) => [item.told, item.telling], build: toldPanel },
  choose: { from: (item) => [item.settings, item.faces, item.swap, item.region, item.looking, item.tab, item.viewable, item.preview, ["waiting", "working"].includes(item.state)], build: (item) => [choosePanel(item)] },
  cloud: { from: (item) => [item.settings.mode, item.result, item.offered, item.state], build: cloudPanel },
  options: { from: (item) => [item.settings, item.problem, ["waiting", "working"].includes(item.state)], build: (item) => [optionsPanel(item)] },
  code: { from: (item) => [item.settings, item.faces, item.region, item.swap], build: (item) => [snippets(item, requestOptions(item), requestSources(item))] },
};
const drawn = {};

export function panel() {
  studio.addEventListener("shown", () => draw(current()));
  studio.addEventListener("item", ({ detail }) => { if (detail === current()) draw(detail); });
  studio.addEventListener("list", () => draw(current()));
}

function draw(item) {
  if (!item) return;
  let news = false;
  for (const [name, { from, build }] of Object.entries(PARTS)) {
    const sight = [item, ...from(item)];
    if (drawn[name]?.length === sight.length && sight.every((part, index) => part === drawn[name][index])) continue;
    drawn[name] = sight;
    fill($(`#panel-${name}`), build(item).flat().filter(Boolean));
    news ||= name === "result" && (item.result || item.problem);
  }
  if (news) $(".panel").scrollTo({ top: 0 });
  if (news && item.problem) $("#panel-result").scrollIntoView({ block: "nearest" });
}

/** Replace a part, and keep the focus: on the same control, or on what came in its place. */
function fill(part, children) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  part.replaceChildren(...children);
  if (!focused || $("[data-focused]", part)) return; // options come later, and care for it themselves
  const same = focused.id && document.getElementById(focused.id);
  (same || $("button", part) || $("#panel-result button") || $("#panel-actions button"))?.focus({ preventScroll: true });
}

function about(item) {
  return [h("h1", { class: "file", title: item.name }, item.name), h("span", { class: "soft" }, item.size ? bytes(item.size) : "at a URL"), iconButton("Remove this image from the list", "close", () => removed(item))];
}
