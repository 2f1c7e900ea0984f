// The part of the panel with what to press: start, stop, and what to do with a result.

import { button, h, icon } from "../design/dom.js";
import { here } from "../design/root.js";
import { clock } from "../design/words.js";
import { again } from "./choose-panel.js";
import { MODES } from "./config.js";
import { copyPicture, saveReceipt, saveResult } from "./downloads.js";
import { items } from "./items.js";
import { facesAlone } from "./kinds.js";
import { remedy } from "./problem-note.js";
import { purposeGiven } from "./purpose.js";
import { requestOptions, requestSources } from "./request.js";
import { cancel, start } from "./run.js";
import { startSwap } from "./swap-start.js";

const DEVICE = ["metadata", "mask"];

export function actionPanel(item) {
  if (["waiting", "working"].includes(item.state)) return working(item);
  if (item.result) return [];
  return choices(item);
}

function working(item) {
  return [h("p", { class: "soft", role: "status" }, item.text), h("progress", item.progress === null ? {} : { value: item.progress }), button("Cancel", () => cancel(item), { symbol: "close", kind: "wide" })];
}

export function resultPanel(item) {
  const { result: made } = item;
  if (!made) return item.problem && !["waiting", "working"].includes(item.state) ? [failure(item)] : [];
  const where = { device: "Made on this device. Nothing was sent.", server: "Made on the server.", cloud: "Made in your cloud workspace." }[made.where];
  const until = made.expires ? ` It keeps the result until ${clock(made.expires)}.` : "";
  return [
    h("div", { class: "note", role: "status" }, h("p", { class: "row" }, icon("check"), h("strong", {}, made.text)), h("p", { class: "hint" }, where + until)),
    made.blob ? null : h("p", { class: "hint" }, "Its store does not let this page read it. It opens in a new tab."),
    button("Download", () => saveResult(made), { symbol: "download", kind: "primary wide" }),
    made.report?.receipt && receipt(made),
    h("div", { class: "row fill" }, made.blob?.type.startsWith("image/") && button("Copy", () => copyPicture(made.blob), { symbol: "copy" }), again(item)),
  ];
}

/** The signed receipt, as a file to keep beside the result. */
function receipt(made) {
  return h("div", { class: "card stack tight receipt" },
    button("Download the receipt", () => saveReceipt(made), { symbol: "check", kind: "wide" }),
    h("p", { class: "hint" }, "Signed by this server: what was removed, and whether the pixels stayed the same. ", h("a", { href: here("/docs/guide/how-to/receipts"), target: "_blank" }, "How to check it")));
}

function failure(item) {
  const ran = item.ran;
  const retry = ran && item.problem.retryable ? [button("Try again", () => start(item, ran.where, ran.settings), { symbol: "retry" })] : [];
  return remedy(item.problem, ...retry);
}

/** Where it can run: on this device first, if it can; the server says that it gets the image. */
function choices(item) {
  const { mode } = item.settings;
  if (mode === "swap") return startSwap(item, () => begin(item, "server"));
  const { action } = MODES[mode];
  const ability = mode === "metadata" ? item.tab?.metadata : item.tab?.faces;
  const here = DEVICE.includes(mode) && item.file && ability?.available && (mode !== "mask" || (facesAlone(item) && item.settings.options.method !== "cover")) && !item.settings.options.receipt;
  const go = (where) => () => begin(item, where);
  const where = here ? "device" : "server";
  const many = items.filter((one) => !["working", "waiting"].includes(one.state) && !one.result).length;
  return [
    button(here ? `${action} on this device` : action, go(where), { symbol: here ? "device" : "cloud", kind: "primary wide" }),
    h("div", { class: "row fill" },
      here && button("Use the server", go("server"), { symbol: "cloud" }),
      many > 1 && button(`Do all ${many} like this`, () => all(item, where))),
    !here && h("p", { class: "hint" }, `The server gets the image, and deletes the result after a day.${item.settings.options.receipt ? " Only the server can sign a receipt." : ""}${mode === "mask" && !facesAlone(item) ? " Text, plates and codes are found there." : ""}${DEVICE.includes(mode) && ability?.reason ? ` ${ability.reason}` : ""}`),
  ];
}

export function begin(item, where) {
  if (where !== "device" && !purposeGiven()) return;
  start(item, where, { mode: item.settings.mode, options: where === "device" ? item.settings.options : requestOptions(item), sources: requestSources(item) });
}

/** The settings of this image for every image that is not done; boxes stay with their own image. */
function all(item, where) {
  const { mode, options } = item.settings;
  for (const one of [...items].filter((each) => !each.result)) {
    one.settings = structuredClone({ mode, options });
    begin(one, one.file || where === "server" ? where : "server");
  }
}
