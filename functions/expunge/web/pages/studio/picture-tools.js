// Faces and regions chosen on the picture, and the same as a list for the keyboard.

import { button, h, iconButton } from "../design/dom.js";
import { toast } from "../design/dialog.js";
import { addOwn, look, lookOnServer, preview } from "./faces.js";
import { changed } from "./items.js";
import { chosenKinds, counts, facesAlone, kindList, searched } from "./kinds.js";
import { plays } from "./films.js";
import { isVideo } from "./names.js";
import { boxes } from "./stage.js";
import { bytes, count } from "../design/words.js";

export function boxList(item, set) {
  if (isVideo(item)) return h("div", { class: "stack tight" }, kindList(item, set), h("p", { class: "hint" }, "The server finds them in every frame, follows them, and hides all."), plays(item));
  const found = (item.faces?.boxes || []).filter((box) => box.own || chosenKinds(item).includes(box.kind));
  if (item.looking) {
    return h("div", { class: "stack tight" }, h("p", { class: "soft", role: "status" }, item.looking.text), h("progress", item.looking.progress ? { value: item.looking.progress } : {}),
      button("Stop looking", () => item.looking.abort.abort(), { symbol: "close" }));
  }
  const rows = found.map((box, index) => row(item, box, index));
  return h("div", { class: "stack tight" },
    kindList(item, set),
    rows.length ? h("p", { class: "hint" }, `${count(found.filter((box) => counts(item, box)).length, "box", "boxes")} of ${found.length} will be hidden. Click a box on the picture to switch it.`) : null,
    searched(item) && !found.some((box) => !box.own) ? h("p", { class: "soft" }, `${facesAlone(item) ? "No face" : "Nothing"} was found. Search more thoroughly, or draw a box.`) : null,
    rows.length ? h("ul", { class: "boxes" }, ...rows) : null,
    h("div", { class: "row" }, finder(item), button("Draw a box", (event) => draw(event, (box) => own(item, box)), { symbol: "box", disabled: !item.viewable && !item.preview })));
}

function finder(item) {
  if (searched(item)) return null;
  if (!facesAlone(item)) return button("Find them on the server", () => lookOnServer(item), { symbol: "cloud" });
  if (!item.file || !item.tab?.faces.available) return null;
  const words = item.tab.faces.bytes > 1e6 ? `Find faces here (loads ${bytes(item.tab.faces.bytes)} once)` : "Find faces here";
  return button(words, () => look(item), { symbol: "device" });
}

function row(item, box, index) {
  const input = h("input", { type: "checkbox", id: `face-${index}`, checked: box.on, onchange: () => { box.on = input.checked; update(item); } });
  const sure = box.own ? "drawn by you" : `${Math.round(box.confidence * 100)} % sure`;
  const drop = box.own && iconButton(`Remove ${box.name}`, "trash", () => { item.faces.boxes.splice(item.faces.boxes.indexOf(box), 1); update(item); });
  return h("li", { "data-kind": box.kind }, h("label", { class: "check" }, input, box.name, h("span", { class: "soft" }, sure)), drop);
}

function update(item) {
  changed(item, { faces: { ...item.faces } });
  preview(item).catch((problem) => changed(item, { problem }));
}

function own(item, box) {
  addOwn(item, box);
  preview(item).catch(() => {}); // without a worker in this tab the server hides it
}

export function regionTools(item) {
  return h("div", { class: "stack tight" },
    h("p", { class: "hint" }, item.region ? "Only your region is filled from its surroundings. It may cover a quarter of the image at most." : "Known marks are searched for. Or draw a region around one that is not known."),
    h("div", { class: "row" },
      button(item.region ? "Draw another region" : "Draw a region", (event) => draw(event, (box) => changed(item, { region: { ...box, name: "Own region", own: true, on: true } })), { symbol: "box", disabled: !item.viewable && !item.preview }),
      item.region && button("Remove the region", () => changed(item, { region: null }), { symbol: "trash" })));
}

/** With a pointer a drag draws; from the keyboard a box appears in the middle. */
function draw(event, made) {
  if (event.detail === 0) {
    boxes.addInTheMiddle(made);
    return;
  }
  boxes.draw(made);
  toast("Drag on the picture to draw a box.");
}
