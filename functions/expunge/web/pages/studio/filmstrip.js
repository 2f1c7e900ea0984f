// All images in the order given: pick one, see how each is doing.

import { $, h, icon, iconButton } from "../design/dom.js";
import { current, items, removed, show, studio } from "./items.js";

const STATES = { ready: "not started", waiting: "waiting", working: "in progress", done: "done", failed: "not done" };
const frames = new Map();

export function filmstrip() {
  const strip = $("#filmstrip");
  strip.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = items.indexOf(current());
    if (!step || !items[at + step]) return;
    event.preventDefault();
    show(items[at + step]);
    $("button", frames.get(items[at + step])).focus();
  });
  studio.addEventListener("list", () => {
    for (const [item] of frames) if (!items.includes(item)) frames.delete(item);
    strip.replaceChildren(...items.map((item) => frames.get(item) || framed(item)));
    strip.closest(".strip").hidden = items.length < 2;
    items.forEach(drawn);
  });
  studio.addEventListener("item", ({ detail }) => drawn(detail));
  studio.addEventListener("shown", () => {
    items.forEach(drawn);
    frames.get(current())?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

function framed(item) {
  const picture = h("img", { alt: "", loading: "lazy", onerror: () => { picture.hidden = true; } });
  if (item.url) picture.src = item.url;
  else picture.hidden = true;
  const frame = h("li", { class: "frame" },
    h("button", { type: "button", class: "pick", onclick: () => show(item) }, icon("image"), picture, h("span", { class: "state" })),
    iconButton(`Remove ${item.name} from the list`, "close", () => removed(item)));
  frames.set(item, frame);
  return frame;
}

function drawn(item) {
  const frame = frames.get(item);
  if (!frame) return;
  const pick = $("button", frame);
  pick.setAttribute("aria-label", `${item.name}, ${STATES[item.state]}`);
  pick.title = item.name;
  if (item === current()) pick.setAttribute("aria-current", "true");
  else pick.removeAttribute("aria-current");
  frame.dataset.state = item.state;
  const picture = $("img", frame);
  const shown = item.result?.url || item.preview || item.url;
  if (shown && picture.getAttribute("src") !== shown) {
    picture.hidden = false;
    picture.src = shown;
  }
  const mark = { done: "check", failed: "alert" }[item.state];
  $(".state", frame).replaceChildren(...(mark ? [icon(mark)] : []));
}
