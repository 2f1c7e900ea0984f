// The options of finding and masking faces, checked as the service checks them.

import { TabError } from "../error.js";
import { DEFAULT_CONFIDENCE, DEFAULT_STRENGTH, HIDING_CONFIDENCE } from "./constants.js";

const PLANS = Object.keys(HIDING_CONFIDENCE);
const METHODS = ["gaussian", "pixelate", "solid", "elliptical", "ringfill"];
const SHAPES = ["ellipse", "box"];

export function findOptions(given) {
  const { plan = "balanced", confidence, nms_threshold = 0.3, max_faces = 0, min_size = 0, hiding = false } = given;
  within("plan", plan, PLANS);
  if (confidence != null) between("confidence", confidence, 0.05, 1);
  between("nms_threshold", nms_threshold, 0, 1);
  between("max_faces", max_faces, 0, 1_000_000);
  between("min_size", min_size, 0, Infinity);
  return { plan, confidence: confidence ?? (hiding ? HIDING_CONFIDENCE[plan] : DEFAULT_CONFIDENCE), nms_threshold, max_faces, min_size };
}

export function maskStyle(given) {
  const { method = "ringfill", shape = "ellipse", strength = DEFAULT_STRENGTH, padding = 0.3, colour = "#000000" } = given;
  if (method === "cover") throw new TabError("needs_server", "The service lays a cover image over faces; this page cannot show it before.", true);
  within("method", method, METHODS);
  within("shape", shape, SHAPES);
  between("strength", strength, 1, 999);
  between("padding", padding, 0, 1);
  if (!/^#[0-9a-f]{6}$/i.test(colour)) refuse("colour", "is a colour, as #rrggbb");
  return { method, shape, strength, padding, colour: [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) };
}

// Boxes as lists or as objects, as in reports.
export function boxList(given) {
  return given.map((one) => {
    const box = Array.isArray(one) ? one : [one.x1, one.y1, one.x2, one.y2];
    const fits = box.length === 4 && box.every(Number.isFinite) && box[0] < box[2] && box[1] < box[3];
    if (!fits) refuse("include", "a box is x1, y1, x2, y2 with x1 < x2 and y1 < y2");
    return box;
  });
}

function within(name, value, choices) {
  if (!choices.includes(value)) refuse(name, `choose from: ${choices.join(", ")}`);
}

function between(name, value, low, high) {
  const inside = typeof value === "number" && value >= low && value <= high;
  if (!inside) refuse(name, high === Infinity ? `is a number from ${low}` : `is a number from ${low} to ${high}`);
}

function refuse(name, reason) {
  throw new TabError("validation_error", `/options/${name}: ${reason}`, false);
}
