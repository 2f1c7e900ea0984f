// The picture in the middle of the page: before, after, and the boxes on it.

import { $, button, h } from "../design/dom.js";
import { Boxes } from "./boxes.js";
import { Compare } from "./compare.js";
import { painted, preview } from "./faces.js";
import { changed, current, studio } from "./items.js";
import { seen } from "./kinds.js";
import { isVideo } from "./names.js";
import { serverPreview } from "./preview.js";
import { setSwap, swapOf } from "./swap.js";
import { markBoxes } from "./telling.js";

export const compare = new Compare();
export const boxes = new Boxes(compare, () => boxesChanged());
const curtain = h("div", { class: "curtain", hidden: true });
let drawn = [];

export function stage() {
  compare.view.append(curtain);
  $("#stage").append(compare.element);
  studio.addEventListener("shown", () => { drawn = []; draw(); });
  studio.addEventListener("item", ({ detail }) => { if (detail === current()) draw(); });
}

async function draw() {
  const item = current();
  if (!item) return;
  drawBoxes(item);
  const before = item.preview || (item.viewable === false || isVideo(item) ? null : item.url);
  const sight = [item.id, before, item.result?.url, item.live?.patches, item.viewable, item.previewing];
  if (sight.every((part, index) => part === drawn[index])) return;
  const keep = drawn[0] === item.id;
  drawn = sight;
  const after = await afterOf(item);
  if (current() !== item || drawn !== sight) return;
  const seen = await compare.show(before, after, { keep });
  if (current() !== item || drawn !== sight) return;
  if (item.viewable === null && item.file) changed(item, { viewable: seen });
  cover(item, before, after);
  drawBoxes(item);
  if (after && keep) compare.element.scrollIntoView({ block: "nearest" });
}

/** The result as an element: an image, or the live preview's canvas. */
async function afterOf(item) {
  if (isVideo(item)) return null;
  if (item.result?.url) {
    const image = h("img", { src: item.result.url, alt: "", draggable: "false" });
    return image.decode().then(() => image, () => null);
  }
  if (!item.live || !item.url) return null;
  return painted(item, h("img", { src: item.url, alt: "" }));
}

/** Words in place of a picture that cannot be shown. */
function cover(item, before, after) {
  curtain.hidden = Boolean(before || after);
  if (!curtain.hidden) curtain.replaceChildren(...words(item));
}

function words(item) {
  if (item.source) return [h("p", {}, h("strong", {}, item.name)), h("p", { class: "soft" }, "This image stays at its URL until you start. Then the server fetches it, and the result appears here.")];
  if (isVideo(item)) return [h("video", { class: "film", controls: true, src: item.result?.url || item.url, "aria-label": item.result ? "The result" : item.name })];
  if (item.previewing) return [h("p", {}, "The server is making a preview…"), h("progress", {})];
  const format = item.name.split(".").pop().toUpperCase();
  return [
    h("p", {}, h("strong", {}, `This browser cannot show this ${format} file.`)),
    h("p", { class: "soft" }, "It can still be read and cleaned. For a preview, the server has to convert it: that sends the image and counts as one of your free images."),
    item.problem && h("p", { class: "wrong" }, item.problem.message),
    button("Show a preview from the server", () => serverPreview(item), { symbol: "cloud" }),
  ];
}

function drawBoxes(item) {
  const { mode } = item.settings;
  if (item.result) boxes.show([]);
  else if (mode === "mask") boxes.show(seen(item));
  else if (mode === "swap") boxes.show(swapOf(item).faces || []);
  else if (mode === "visible" && item.region) boxes.show([item.region]);
  else boxes.show(markBoxes(item), { fixed: true });
}

function boxesChanged() {
  const item = current();
  if (item.settings.mode === "swap") {
    setSwap(item, { faces: boxes.boxes.map((box) => ({ ...box })) });
    return;
  }
  if (item.settings.mode === "visible") changed(item, { region: boxes.boxes[0] ? { ...boxes.boxes[0] } : null });
  else changed(item, { faces: { ...item.faces, boxes: boxes.boxes } });
  preview(item).catch((problem) => changed(item, { problem }));
}
