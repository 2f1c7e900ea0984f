// The mask test: an image and parameters in, the masked image with all figures out.

import { $, h } from "../design/dom.js";
import { bytes } from "../design/words.js";
import { admin, choicesOf, parametersOf } from "./api.js";
import { failure, heading, table } from "./parts.js";
import { figure, picture } from "./picture.js";

export async function showTest() {
  const parameters = await parametersOf("tryMask");
  const result = h("div", { id: "tried", class: "stack", "aria-live": "polite" });
  const file = h("input", { id: "image", name: "image", type: "file", accept: "image/*", required: true });
  const form = h("form", { class: "card stack", onsubmit: (event) => { event.preventDefault(); run(form, parameters, result); } },
    h("div", { class: "field" }, h("label", { for: "image" }, "Image"), file),
    h("div", { class: "filters" }, parameters.map(field)),
    h("button", { class: "button primary" }, "Mask the faces"));
  return [heading("Mask test"), h("p", { class: "soft" }, "Runs POST /api/v1/admin/test/mask, which has no rate limit."), form, result];
}

/** A control for a parameter, made from its schema. */
function field({ name, schema, description }) {
  const choices = choicesOf(schema);
  const limits = { min: schema.minimum, max: schema.maximum, step: schema.type === "integer" ? 1 : "any" };
  const input = choices
    ? h("select", { id: name, name }, choices.map((choice) => h("option", { value: choice, selected: choice === schema.default }, choice)))
    : h("input", { id: name, name, type: "number", value: String(schema.default), "aria-describedby": `${name}-hint`, ...attributes(limits) });
  return h("div", { class: "field" }, h("label", { for: name }, name), input, h("p", { class: "hint", id: `${name}-hint` }, description.replaceAll("`", "")));
}

const attributes = (limits) => Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));

async function run(form, parameters, result) {
  const query = new URLSearchParams(parameters
    .map(({ name, schema }) => [name, form.elements[name].value, String(schema.default)])
    .filter(([, value, usual]) => value !== "" && value !== usual)
    .map(([name, value]) => [name, value]));
  const [image] = form.elements.image.files;
  const body = new FormData();
  body.append("image", image);
  $("button", form).disabled = true;
  result.replaceChildren(h("p", { class: "soft" }, "Masking…"), h("progress"));
  try {
    result.replaceChildren(...shown(image, await admin("POST", `test/mask?${query}`, { body })));
  } catch (problem) {
    result.replaceChildren(failure(problem));
  }
  $("button", form).disabled = false;
}

function shown(image, answer) {
  const { output, masking, summary, processing, profiling } = answer;
  const type = `image/${output.format}`;
  const masked = new Blob([Uint8Array.from(atob(output.image_base64), (letter) => letter.charCodeAt(0))], { type });
  const url = URL.createObjectURL(masked);
  const faces = answer.detections.map((face) => [face.index, face.confidence.toFixed(3), `${Math.round(face.size.width)} × ${Math.round(face.size.height)}`, `${Math.round(face.center.x)}, ${Math.round(face.center.y)}`]);
  const figures = Object.entries(profiling).filter(([, value]) => value !== null).map(([name, value]) => [h("code", {}, name), value.toLocaleString()]);
  return [
    h("p", { role: "status" }, `${summary.face_count} found by ${processing.model}, ${masking.regions_masked} masked with ${masking.method}. ${bytes(output.size_bytes)} of ${output.format}.`),
    h("div", { class: "pair" },
      figure("Original, with the faces found", picture(URL.createObjectURL(image), "The original", { boxes: answer })),
      figure("Result", picture(url, "The result"))),
    h("p", {}, h("a", { class: "button", href: url, download: `masked.${output.format}` }, "Download the result")),
    faces.length > 0 && h("section", { class: "card" }, h("h2", {}, "Faces"), table("Faces", ["Index", "Confidence", "Size", "Centre"], faces)),
    h("section", { class: "card" }, h("h2", {}, "Figures"), table("Figures", ["Field", "Value"], figures)),
  ].filter(Boolean);
}
