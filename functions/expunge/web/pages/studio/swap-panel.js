// The part of the panel for a swap: the new face, the faces of this picture, and the statement.

import { toast } from "../design/dialog.js";
import { button, h, icon } from "../design/dom.js";
import { here } from "../design/root.js";
import { bytes, count } from "../design/words.js";
import { accounts } from "./account.js";
import { maxBytes } from "./config.js";
import { changed, current } from "./items.js";
import { ACCEPTED, isImage, isVideo } from "./names.js";
import { numberFaces, setSwap, swapOf } from "./swap.js";

const CONSENT = {
  own_face: ["It is my own face", "The new face is yours, and whoever else is in this picture agrees."],
  permission: ["I have permission", "The person whose face it is, and the person it replaces, both agree."],
};
const thumbnails = new WeakMap();

/** Whether the target is a film or an animation. */
export const moves = (item) => isVideo(item) || /\.gif$/i.test(item.name);

accounts.addEventListener("changed", () => { const item = current(); if (item?.settings.mode === "swap") changed(item, { who: {} }); });

export function swapTools(item, set) {
  return h("div", { class: "stack swap" },
    h("section", { class: "stack tight" }, h("h3", {}, "The new face"), chooser(item, swapOf(item).face, "Choose its picture", (face) => setSwap(item, { face })),
      h("p", { class: "hint" }, "One face, seen from the front, evenly lit, without hands or hair over it.")),
    h("section", { class: "stack tight" }, h("h3", {}, "The face to replace"), ...targets(item)),
    statement(item, set),
    moves(item) ? plays(item) : null);
}

/** A picture with a button to choose it, or another. */
function chooser(item, file, words, chosen, small = false) {
  const input = h("input", { class: "quiet", type: "file", accept: ACCEPTED.filter((type) => type !== "image/gif").join(), "aria-label": words, onchange: () => take(input.files[0], chosen) });
  const label = h("label", { class: small ? "button small" : "button" }, icon("person"), file ? "Another picture" : words, input);
  const clear = file && small ? button("Not this", () => chosen(null), { kind: "small" }) : null;
  return h("div", { class: "chooser" },
    file ? h("img", { src: thumbnail(file), alt: `The new face: ${file.name}`, class: small ? "face small" : "face" }) : small ? null : h("span", { class: "face", "aria-hidden": "true" }, icon("person")),
    h("div", { class: "row" }, label, clear, file && !small ? h("span", { class: "soft name" }, file.name) : null));
}

function take(file, chosen) {
  if (!file) return;
  if (!isImage(file)) toast(`${file.name} is no image.`);
  else if (file.size > maxBytes) toast(`${file.name} has ${bytes(file.size)}; at most ${bytes(maxBytes)} are taken.`);
  else chosen(file);
}

function thumbnail(file) {
  if (!thumbnails.has(file)) thumbnails.set(file, URL.createObjectURL(file));
  return thumbnails.get(file);
}

function targets(item) {
  const { faces } = swapOf(item);
  if (item.looking) return [h("p", { class: "soft", role: "status" }, item.looking.text), h("progress", {}), button("Stop looking", () => item.looking.abort.abort(), { symbol: "close" })];
  if (!faces) {
    const film = isVideo(item);
    return [h("p", { class: "hint" }, film ? "The largest face is replaced, and followed through the film." : "The largest face is replaced. To choose another, or several, let the server number them: that sends the image."),
      film ? null : button("Number the faces", () => numberFaces(item), { symbol: "cloud" })];
  }
  if (!faces.length) return [h("p", { class: "wrong", role: "alert" }, "No face was found in this picture, so there is none to replace.")];
  const several = faces.length > 1;
  return [h("p", { class: "hint" }, several ? `${count(faces.length, "face")}. Click a number on the picture, or choose here. Each can get a picture of its own.` : "One face was found."),
    h("ul", { class: "boxes swaps" }, ...faces.map((face) => row(item, face, several)))];
}

function row(item, face, several) {
  const update = (changes) => setSwap(item, { faces: swapOf(item).faces.map((one) => (one === face ? { ...one, ...changes } : one)) });
  const input = h("input", { type: "checkbox", id: `swap-${face.index}`, checked: face.on, onchange: () => update({ on: input.checked }) });
  return h("li", {}, h("label", { class: "check" }, input, face.name),
    several && face.on ? chooser(item, face.face, `Own picture for ${face.name.toLowerCase()}`, (one) => update({ face: one }), true) : null);
}

function statement(item, set) {
  const rows = Object.entries(CONSENT).map(([word, [title, about]]) => h("label", { class: "check" },
    h("input", { type: "radio", name: "consent", id: `consent-${word}`, value: word, checked: item.settings.options.consent === word, required: true, onchange: () => set("consent", word) }),
    h("span", {}, h("strong", {}, title), h("span", { class: "hint" }, about))));
  return h("fieldset", { class: "stack tight consent" }, h("legend", {}, h("h3", {}, "May you use this face?")), ...rows,
    h("p", { class: "hint" }, "Your statement is recorded with your account, the time and hashes of the files; no image is. Sexual content is refused. Every result says that it is synthetic, and no mode of this server takes that away. ", h("a", { href: here("/docs/guide/explanation/responsible-swaps"), target: "_blank" }, "What this server does")));
}

const PLAYS = [
  ["vp9", "Chrome, Edge, Firefox, Android, VLC. Not on iPhone and iPad, and not in QuickTime."],
  ["av1", "New browsers and devices; iPhone from 15 Pro on. Slow to make."],
  ["h264", "Everywhere, where this server's operator allows it."],
];

function plays(item) {
  if (!isVideo(item)) return h("p", { class: "hint" }, "An animation keeps its times and its loop, and plays wherever it plays now.");
  return h("details", {}, h("summary", {}, "What plays where"), h("dl", { class: "plays" }, ...PLAYS.flatMap(([codec, where]) => [h("dt", {}, codec.toUpperCase()), h("dd", {}, where)])));
}
