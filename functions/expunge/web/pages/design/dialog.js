// Questions that need an answer before something is lost, and short messages.

import { button, h } from "./dom.js";

/** Ask before something that cannot be undone; resolves to whether the person agreed. */
export function confirmed(title, text, action) {
  return opened(title, (close) => [
    h("p", { class: "soft" }, text),
    h("div", { class: "row" }, button("Keep it", () => close(false)), button(action, () => close(true), { kind: "danger" })),
  ]).then(Boolean);
}

/** Ask for one line of text; resolves to it, or to null. */
export function asked(title, label, { value = "", action = "Save", type = "text", hint = "", ...limits } = {}) {
  return opened(title, (close) => {
    const input = h("input", { type, id: "asked", name: "asked", required: true, ...limits });
    input.value = value;
    const form = h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); close(input.value.trim() || null); } },
      h("div", { class: "field" }, h("label", { for: "asked" }, label), input, hint && h("p", { class: "hint" }, hint)),
      h("div", { class: "row" }, button("Cancel", () => close(null)), h("button", { class: "button primary" }, action)));
    return [form];
  });
}

/** A modal dialog; `build` gets a function that closes it with a value. */
export function opened(title, build) {
  return new Promise((resolve) => {
    const name = `dialog-${Math.random().toString(36).slice(2)}`;
    const dialog = h("dialog", { "aria-labelledby": name });
    let answer = null;
    const close = (value) => { answer = value; dialog.close(); };
    dialog.append(h("h2", { id: name }, title), ...build(close));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

let shown;
/** A message at the bottom of the page, which is also read out. */
export function toast(text) {
  const place = document.querySelector(".toast");
  place.textContent = text;
  clearTimeout(shown);
  shown = setTimeout(() => { place.textContent = ""; }, 6000);
}
