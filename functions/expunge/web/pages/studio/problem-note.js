// A problem as a note: what went wrong, what to do, and where to read more.

import { h } from "../design/dom.js";

export function remedy(problem, ...given) {
  const actions = given.filter(Boolean);
  return h("div", { class: "note bad", role: "alert" },
    h("p", {}, h("strong", {}, problem.message), " ", problem.step),
    problem.errors?.length ? h("ul", {}, ...problem.errors.map(({ pointer, detail }) => h("li", {}, `${pointer.split("/").pop()}: ${detail}`))) : null,
    problem.page && h("p", {}, h("a", { href: problem.page }, "About this problem")),
    actions.length ? h("div", { class: "row" }, ...actions) : null);
}
