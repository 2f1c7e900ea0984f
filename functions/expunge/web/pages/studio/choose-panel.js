// The part of the panel where a person chooses what to do with an image.

import { $, button, h } from "../design/dom.js";
import { MODES, initialOptions } from "./config.js";
import { look, preview } from "./faces.js";
import { changed, finished } from "./items.js";
import { facesAlone, searched } from "./kinds.js";
import { controls, optionsOf } from "./options.js";
import { boxList, regionTools } from "./picture-tools.js";
import { moves, swapTools } from "./swap-panel.js";

/** What new images get: the last choice. */
const first = Object.keys(MODES)[0];
export const settings = { mode: first, options: initialOptions(first) };

export function choosePanel(item) {
  const locked = ["waiting", "working"].includes(item.state);
  const modes = Object.entries(MODES).map(([mode, { label }]) => h("label", { class: "mode" },
    h("input", { type: "radio", id: `mode-${mode}`, name: "mode", value: mode, checked: item.settings.mode === mode, onchange: () => setMode(item, mode) }), h("span", {}, label)));
  const { mode } = item.settings;
  return h("fieldset", { disabled: locked, class: "stack choose" },
    h("legend", {}, h("h2", {}, "What to do")),
    h("div", { class: "modes", role: "radiogroup", "aria-label": "What to do" }, ...modes),
    h("p", { class: "soft" }, MODES[mode].about),
    mode === "mask" ? boxList(item, (name, value) => setOption(item, name, value)) : null,
    mode === "visible" ? regionTools(item) : null,
    mode === "swap" ? swapTools(item, (name, value) => setOption(item, name, value)) : null);
}

export function optionsPanel(item) {
  // The controls come later: what had the focus gets it back then.
  const focused = document.activeElement?.id.startsWith("option-") ? document.activeElement.id : null;
  const form = h("fieldset", { class: "stack options", "data-focused": focused, disabled: ["waiting", "working"].includes(item.state) });
  fill(form, item);
  return form;
}

async function fill(form, item) {
  const { mode, options } = item.settings;
  const errors = Object.fromEntries((item.problem?.errors || []).map(({ pointer, detail }) => [pointer.split("/")[2], detail]));
  try {
    const all = await optionsOf(mode, moves(item));
    const first = all.filter(({ name }) => MODES[mode].first.includes(name)).sort((a, b) => MODES[mode].first.indexOf(a.name) - MODES[mode].first.indexOf(b.name));
    const rest = all.filter(({ name }) => !MODES[mode].first.includes(name));
    const set = (name, value) => setOption(item, name, value);
    const more = rest.length ? [h("details", { open: rest.some(({ name }) => errors[name] || options[name] !== undefined) }, h("summary", {}, "More options"), h("div", { class: "stack" }, ...controls(rest, options, set, errors)))] : [];
    const focused = document.activeElement === document.body ? form.dataset.focused : "";
    form.replaceChildren(h("legend", {}, h("h2", {}, "Options")), ...controls(first, options, set, errors), ...more);
    if (focused) document.getElementById(focused)?.focus();
  } catch {
    form.replaceChildren(h("p", { class: "hint" }, "The options could not be loaded. The defaults apply."));
  }
}

function setMode(item, mode) {
  const options = initialOptions(mode);
  Object.assign(settings, { mode, options });
  restart(item, { settings: { mode, options: { ...options } }, live: null });
  $("#panel-choose").scrollIntoView({ block: "nearest" });
}

function setOption(item, name, value) {
  const options = { ...item.settings.options };
  if (value === undefined) delete options[name];
  else options[name] = value;
  if (name === "irreversible" && value && !["solid", "ringfill"].includes(options.method)) options.method = "solid";
  const { consent, ...kept } = options; // a statement is about this image alone
  Object.assign(settings, { options: structuredClone(kept) });
  restart(item, { settings: { ...item.settings, options } });
  if (item.settings.mode !== "mask" || !item.faces) return;
  const search = ["plan", "confidence", "nms_threshold", "max_faces", "min_size"].includes(name);
  (search && facesAlone(item) && searched(item) ? look(item) : preview(item)).catch((problem) => changed(item, { problem }));
}

/** Other settings: the old result is not theirs. */
function restart(item, changes) {
  if (item.result) finished(item, null);
  changed(item, { state: "ready", problem: null, ...changes });
}

export const again = (item) => button("Start over", () => restart(item, {}), { symbol: "retry" });
