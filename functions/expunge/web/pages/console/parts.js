// Parts that the views of the console are made of.

import { button, h } from "../design/dom.js";
import { here } from "../design/root.js";

/** A problem as a note: what happened, and the next step. */
export function failure(problem) {
  const step = problem.step && h("p", {}, problem.step);
  return h("div", { class: "note bad", role: "alert" }, h("p", {}, problem.message), step);
}

/** How to switch storage on, where the service keeps no images. */
export function storageIsOff(what) {
  return h("div", { class: "card stack" },
    h("p", {}, h("strong", {}, `${what} are shown when the service stores images. It does not store any now.`)),
    h("p", {}, "To switch storage on, set ", h("code", {}, "EXPUNGE_FACES_STORAGE=true"), " and restart the service. On AWS, deploy with ", h("code", {}, "FacesStorage=true"), "."),
    h("p", { class: "soft" }, "Images sent to /api/v1/detect and /api/v1/mask are then kept for a day, visible to the administrator alone. ",
      h("a", { href: here("/docs/guide/reference/retention") }, "What is kept, and for how long")));
}

/** A table that scrolls by itself, on a phone a list; `rows` are lists of texts and elements. */
export function table(caption, heads, rows) {
  const cell = (content, column) => h("td", { "data-head": heads[column] }, content ?? "–");
  return h("div", { class: "scroll", role: "group", "aria-label": caption, tabindex: "0" },
    h("table", {},
      h("caption", { class: "quiet" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td"))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell))))));
}

/** Links to the pages before and after this one. */
export function pager(answer, hrefOf) {
  const link = (words, page, rel) => h("a", { class: "button", href: hrefOf(page), rel }, words);
  return h("nav", { class: "row pager", "aria-label": "Pages of the list" },
    answer.page > 1 && link("Newer", Math.min(answer.page - 1, answer.pages), "prev"),
    h("span", { class: "soft" }, `Page ${answer.page} of ${answer.pages}, ${answer.total.toLocaleString()} in all`),
    answer.page < answer.pages && link("Older", answer.page + 1, "next"));
}

/** Facts as a list of names and values; those without a value are left out. */
export function facts(pairs) {
  const shown = Object.entries(pairs).filter(([, value]) => value !== null && value !== undefined);
  return h("dl", { class: "facts" }, shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

const KINDS = { succeeded: "accent", ok: "accent", active: "accent", failed: "bad", alarm: "bad" };
export const tag = (words) => h("span", { class: `tag ${KINDS[words] || ""}` }, words);

export const heading = (words, ...beside) => h("div", { class: "row head" }, h("h1", {}, words), ...beside);

export const refresh = () => button("Refresh", () => dispatchEvent(new HashChangeEvent("hashchange")), { symbol: "retry" });

/** Milliseconds as «42 ms». */
export const ms = (value) => (value === null || value === undefined ? null : `${Math.round(value).toLocaleString()} ms`);
