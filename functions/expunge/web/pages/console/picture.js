// A stored image, with the faces that were found on it.

import { h } from "../design/dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** An image; in its place words, where this browser cannot show its format. */
export function picture(url, alt, { boxes, lazy = false } = {}) {
  const image = h("img", { src: url, alt, loading: lazy ? "lazy" : "eager", decoding: "async" });
  const frame = h("div", { class: "picture" }, image, boxes && overlay(boxes));
  image.addEventListener("error", () => frame.replaceChildren(h("span", { class: "soft" }, "This browser cannot show the image.")));
  return frame;
}

/** The boxes of a detection over its image. */
function overlay({ image, detections }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${image.width} ${image.height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const { bbox } of detections) {
    const box = document.createElementNS(SVG, "rect");
    const place = { x: bbox.x1, y: bbox.y1, width: bbox.x2 - bbox.x1, height: bbox.y2 - bbox.y1 };
    for (const [name, value] of Object.entries(place)) box.setAttribute(name, value);
    svg.append(box);
  }
  return svg;
}

export const figure = (title, content) => h("figure", {}, h("figcaption", {}, title), content);
