// What can be found and hidden, by kind: what it is called, whether it is chosen, whether its boxes are seen.

import { h } from "../design/dom.js";
import { changed } from "./items.js";
import { count } from "../design/words.js";

/** By the words of the option `targets`. */
export const KINDS = {
  faces: { label: "Faces", one: "Face" },
  text: { label: "Text", one: "Line of text" },
  plates: { label: "Plate-like text", one: "Plate-like text" },
  codes: { label: "QR and bar codes", one: "Code" },
};
const OWN = "regions";

export const chosenKinds = (item) => item.settings.options.targets || ["faces"];

/** Whether every chosen kind was looked for. */
export const searched = (item) => Boolean(item.faces) && chosenKinds(item).every((kind) => item.faces.kinds.includes(kind));

/** Whether all that is chosen can be found and hidden in this tab. */
export const facesAlone = (item) => chosenKinds(item).join() === "faces";

/** A box counts if it is switched on, and its kind is chosen; own boxes are always chosen. */
export const counts = (item, box) => box.on && (box.own || chosenKinds(item).includes(box.kind));

/** The boxes to draw: those of chosen kinds, without the kinds that a person has hidden from view. */
export function seen(item) {
  const { boxes = [], unseen = [] } = item.faces || {};
  return boxes.map((box) => Object.assign(box, { hidden: unseen.includes(box.kind) || !(box.own || chosenKinds(item).includes(box.kind)) }));
}

/** A switch for each kind, and one for its boxes on the picture. */
export function kindList(item, set) {
  const boxes = item.faces?.boxes || [];
  const own = boxes.some((box) => box.own);
  const rows = Object.entries(KINDS).map(([kind, { label }]) => row(item, kind, label, set));
  return h("fieldset", { class: "kinds" }, h("legend", {}, "What to hide"),
    ...rows, own ? h("div", { class: "kind", "data-kind": OWN }, h("span", { class: "check" }, swatch(), "Own boxes"), eye(item, OWN, "own boxes")) : null);
}

const swatch = () => h("span", { class: "swatch", "aria-hidden": "true" });

function row(item, kind, label, set) {
  const chosen = chosenKinds(item);
  const number = (item.faces?.boxes || []).filter((box) => box.kind === kind && !box.own).length;
  const known = item.faces?.kinds.includes(kind);
  const input = h("input", { type: "checkbox", id: `kind-${kind}`, checked: chosen.includes(kind), onchange: () => {
    const wanted = Object.keys(KINDS).filter((one) => (one === kind ? input.checked : chosen.includes(one)));
    if (!wanted.length) input.checked = true; // something has to be hidden
    else set("targets", wanted.join() === "faces" ? undefined : wanted);
  } });
  return h("div", { class: "kind", "data-kind": kind },
    h("label", { class: "check" }, input, swatch(), label, known && chosen.includes(kind) ? h("span", { class: "soft" }, count(number, "found", "found")) : null),
    number && chosen.includes(kind) ? eye(item, kind, label.toLowerCase()) : null);
}

function eye(item, kind, words) {
  const unseen = item.faces.unseen || [];
  const shown = !unseen.includes(kind);
  return h("button", { type: "button", class: "eye", id: `eye-${kind}`, "aria-pressed": String(shown), "aria-label": `Show boxes of ${words}`, onclick: () => {
    changed(item, { faces: { ...item.faces, unseen: shown ? [...unseen, kind] : unseen.filter((one) => one !== kind) } });
    document.getElementById(`eye-${kind}`)?.focus();
  } }, shown ? "Shown" : "Not shown");
}
