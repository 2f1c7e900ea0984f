// Builds elements. Text is always text: no string of a file or an answer is ever parsed as HTML.

/** An element: `h("p", { class: "soft", onclick: act }, "text", child)`. */
export function h(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

export const $ = (selector, within = document) => within.querySelector(selector);

const PATHS = {
  add: "M12 5v14M5 12h14", close: "M6 6l12 12M18 6L6 18", download: "M12 4v11m0 0l-4-4m4 4l4-4M5 20h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1", retry: "M20 11a8 8 0 10-2.3 6.3M20 5v6h-6", minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5", check: "M5 12l5 5L20 7", alert: "M12 8v5m0 3.5v.01M12 3l9.5 17h-19z",
  camera: "M4 8h3l2-3h6l2 3h3v12H4zM12 17a3.5 3.5 0 100-7 3.5 3.5 0 000 7z", link: "M10 14a4 4 0 006 .5l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6-.5l-3 3a4 4 0 006 6l1-1",
  box: "M4 4h4M4 4v4M20 4h-4M20 4v4M4 20h4M4 20v-4M20 20h-4M20 20v-4", device: "M4 5h16v11H4zM2 20h20", cloud: "M7 18a4 4 0 010-8 6 6 0 0111.5 1.5A3.5 3.5 0 0118 18z",
  folder: "M3 6h6l2 2h10v11H3z", image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4", person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21a8 8 0 0116 0", trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
};

/** A line icon, hidden from screen readers: the button around it has its own words. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return filled(svg, { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, []);
}

/** A button with words; `symbol` is an icon's name. */
export function button(words, act, { symbol, kind = "", ...properties } = {}) {
  const parts = symbol ? [icon(symbol), words] : [words];
  return h("button", { type: "button", class: `button ${kind}`, onclick: act, ...properties }, ...parts);
}

/** A button of which only the icon shows; its words are read out. */
export function iconButton(words, symbol, act, properties = {}) {
  return h("button", { type: "button", class: "button icon bare", title: words, "aria-label": words, onclick: act, ...properties }, icon(symbol));
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.startsWith("aria") && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
