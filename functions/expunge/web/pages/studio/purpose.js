// What a job is for: asked once, where the server wants to know it, and sent with every job.

import { $, h } from "../design/dom.js";
import { purposeRequired } from "./config.js";

const MOST = 500;

/** The field above the buttons; it stays while images come and go. */
export function purposeField() {
  if (!purposeRequired) return;
  const input = h("input", { type: "text", id: "purpose", maxlength: String(MOST), required: true, autocomplete: "off", "aria-describedby": "purpose-hint" });
  $("#panel-purpose").append(h("div", { class: "field" },
    h("label", { for: "purpose" }, "What is this for?"), input,
    h("p", { class: "hint", id: "purpose-hint" }, "This server asks for it and stores it with each job. What runs on this device does not need it.")));
}

export const purpose = () => $("#purpose")?.value.trim() || "";

/** Whether the server may be asked; if the purpose is missing, the field says so. */
export function purposeGiven() {
  const input = $("#purpose");
  return !input || (Boolean(purpose()) && input.checkValidity()) || input.reportValidity();
}

/** The purpose as a header, for requests whose body has no place for it. */
export const purposeHeader = () => (purpose() ? { "expunge-purpose": encodeURIComponent(purpose()) } : {});
