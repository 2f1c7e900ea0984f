"use strict";

// Swagger UI leaves many fields without an accessible name, and boxes that scroll out of the
// keyboard's reach. This adds both to what it draws.

const NAMES = [
  ["tr[data-param-name] :is(select, textarea, input:not([type=checkbox]))", (field) => field.closest("tr").dataset.paramName],
  ["tr[data-property-name] :is(select, textarea, input:not([type=checkbox]))", (field) => field.closest("tr").dataset.propertyName],
  [".opblock-section-request-body textarea.body-param__text", () => "Request body"],
  ["select.examples-select-element", () => "Example"],
  [".body-param-content-type select, .response-control-media-type select", () => "Media type"],
  [".auth-container input", (field) => field.closest(".wrapper, .auth-container").querySelector("label")?.textContent || "Credentials"],
];

function name(root) {
  for (const [selector, words] of NAMES) {
    for (const field of root.querySelectorAll(`:is(${selector}):not([aria-label])`)) field.setAttribute("aria-label", words(field));
  }
  for (const box of root.querySelectorAll("pre:not([tabindex])")) box.tabIndex = 0;
  // A table is no landmark.
  for (const table of root.querySelectorAll("table[role=region]")) table.removeAttribute("role");
}

const drawn = document.querySelector("#content");
let planned = false;
new MutationObserver(() => {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; name(drawn); });
}).observe(drawn, { childList: true, subtree: true });
