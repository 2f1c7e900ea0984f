// The options of a mode as controls, made from the service's own OpenAPI document.

import { h } from "../design/dom.js";
import { here } from "../design/root.js";
import { sentence } from "../design/words.js";
import { scopes } from "./config.js";

const ON_THE_PICTURE = ["targets", "include", "exclude", "region", "regions", "within", "target_face_index", "face_swaps", "consent"]; // chosen by boxes, or in a part of their own
const WORDS = {
  scope: "What to remove", keep: "Keep", method: "How to hide", plan: "How to search", irreversible: "Irreversible",
  nms_threshold: "Overlap of two faces", strip_metadata: "Remove metadata too", cover: "Covering image", min_text_height: "Smallest text", read: "Report what codes say", colour: "Colour", model: "Model", receipt: "Signed receipt",
  enable_face_enhancer: "Sharpen the new face", visible_label: "Visible label", reference_frame_time_seconds: "Time at which faces are numbered (seconds)", keep_audio: "Keep the sound", codec: "Video codec",
  on_conflict: "If its C2PA manifest cannot stay",
};
const ALIASES = { keep: ["copyright"] }; // other words for a choice that is shown
const WHY = {
  scope: () => h("p", { class: "hint" }, "By law or contract, AI labels and credits may have to stay. “all” takes them out too. ", h("a", { href: here("/legal"), target: "_blank" }, "What to consider")),
};

let document_;
/** The options of a mode by name, as JSON Schema; those of moving pictures for these alone. */
export async function optionsOf(mode, moves = false) {
  document_ ||= fetch(here("/openapi.json")).then((answer) => answer.json());
  const { schemas } = (await document_.catch((error) => { document_ = null; throw error; })).components;
  const name = `${mode.split("_").map(sentence).join("")}Options`;
  const properties = Object.entries(schemas[name].properties);
  const asked = (option, schema) => !ON_THE_PICTURE.includes(option) && (moves || !schema["x-moving"]) && !schema["x-biometric"];
  return properties.filter(([option, schema]) => asked(option, schema)).map(([option, schema]) => allowed({ name: option, ...given(schema, schemas) }));
}

/** Controls for some options. `set(name, value)` gets undefined where the default applies again. */
export function controls(options, values, set, errors = {}) {
  return options.map((option) => {
    const id = `option-${option.name}`;
    const value = values[option.name] ?? option.default;
    const changed = (now) => set(option.name, same(now, option.default) ? undefined : now);
    const hint = option.description && h("p", { class: "hint", id: `${id}-hint` }, option.description.replace(/`([^`]*)`/g, "“$1”"));
    const wrong = errors[option.name] && h("p", { class: "wrong", role: "alert" }, sentence(errors[option.name]));
    return field(option, { id, value, changed, hint, wrong });
  });
}

/** A schema without `null`, references resolved; the default and the description stay. */
function given(schema, schemas) {
  const resolved = schema.$ref ? { ...schemas[schema.$ref.split("/").pop()], ...schema } : schema;
  const kinds = resolved.anyOf?.filter((kind) => kind.type !== "null");
  return kinds?.length === 1 ? { ...kinds[0], ...resolved } : resolved;
}

/** The scopes that the server has not switched off. */
const allowed = (option) => (option.name === "scope" ? { ...option, enum: option.enum.filter((word) => scopes.includes(word)) } : option);

function field(option, one) {
  if (option.contentEncoding === "base64") return labelled(option, one, fileInput(one));
  if (option.type === "boolean") return checkbox(option, one);
  if (option.type === "array" && option.items?.enum) return several(option, one);
  if (option.enum) return labelled(option, one, select(option, one));
  if (["integer", "number"].includes(option.type)) return labelled(option, one, number(option, one));
  return labelled(option, one, text(option, one));
}

const label = (option) => WORDS[option.name] || sentence(option.name.replaceAll("_", " "));

function labelled(option, { id, hint, wrong }, control) {
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label(option)), control, hint, WHY[option.name]?.(), wrong);
}

function checkbox(option, { id, value, changed, hint, wrong }) {
  const input = h("input", { type: "checkbox", id, checked: Boolean(value), onchange: () => changed(input.checked), "aria-describedby": hint && `${id}-hint` });
  return h("div", { class: "field" }, h("label", { class: "check", for: id }, input, label(option)), hint, wrong);
}

function several(option, { id, value, changed, hint, wrong }) {
  const chosen = new Set(value || []);
  const boxes = option.items.enum.filter((word) => !ALIASES[option.name]?.includes(word)).map((word) => {
    const input = h("input", { type: "checkbox", id: `${id}-${word}`, checked: chosen.has(word), onchange: () => { chosen[input.checked ? "add" : "delete"](word); changed(chosen.size ? [...chosen] : option.default ?? null); } });
    return h("label", { class: "check" }, input, word.replaceAll("-", " "));
  });
  return h("fieldset", { class: "field" }, h("legend", {}, label(option)), hint, h("div", { class: "choices", id }, ...boxes), wrong);
}

function select(option, { value, changed }) {
  const free = option.default === null ? [h("option", { value: "" }, "As the input")] : [];
  const input = h("select", { onchange: () => changed(input.value || null) }, ...free, ...option.enum.map((word) => h("option", { value: word }, word)));
  input.value = value ?? "";
  return input;
}

function number(option, { value, changed }) {
  const step = option.type === "integer" ? 1 : "any";
  const input = h("input", { type: "number", min: option.minimum, max: option.maximum, step: String(step), placeholder: option.default === null ? "automatic" : "" });
  input.value = value ?? "";
  input.addEventListener("change", () => { if (input.reportValidity()) changed(input.value === "" ? option.default ?? null : Number(input.value)); });
  return input;
}

function text(option, { value, changed }) {
  const colour = option.pattern?.startsWith("^#");
  const input = h("input", { type: colour ? "color" : "text", maxlength: option.maxLength, onchange: () => changed(input.value || null) });
  input.value = value ?? "";
  return input;
}

function fileInput({ changed }) {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp" });
  input.addEventListener("change", async () => {
    const bytes = new Uint8Array(await input.files[0].arrayBuffer());
    changed(btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), "")));
  });
  return input;
}

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
