// The part of the panel that says what the picture tells.

import { button, h, icon } from "../design/dom.js";
import { count } from "../design/words.js";
import { told } from "./findings.js";
import { askServer, tell } from "./telling.js";
import { remedy } from "./problem-note.js";

export function toldPanel(item) {
  const { telling } = item;
  const head = h("h2", {}, "What this image tells");
  if (!telling || telling.state === "looking") return [head, h("p", { class: "soft", role: "status" }, telling?.text || "Waiting…"), telling && h("progress", telling.progress ? { value: telling.progress } : {})];
  if (telling.state === "remote") return [head, h("p", { class: "soft" }, "This image is at a URL. Only the server can read it."), serverButton(item, "Read it on the server")];
  if (telling.state === "failed") return [head, ...failed(item, telling.problem)];
  const story = told(item.told);
  return [
    head,
    h("p", { class: "story" }, story.empty ? "No metadata about place, time, tools or author." : story.sentence || "It carries metadata."),
    story.empty ? null : h("div", { class: "groups" }, ...story.groups.map(groupOf)),
    story.omitted ? h("p", { class: "hint" }, `${count(story.omitted, "more finding")} left out.`) : null,
    ...visible(item),
  ];
}

/** Where this device cannot read it, the server may; a file that nobody can read is a problem. */
function failed(item, problem) {
  if (problem.useServer || problem.code.startsWith("tab_")) return [h("p", { class: "soft" }, problem.message), serverButton(item, "Read it on the server")];
  return [remedy(problem, problem.retryable && button("Try again", () => tell(item), { symbol: "retry" }))];
}

function groupOf({ id, title, about, entries }) {
  const rows = entries.map(({ title: name, value, where, tool, parts }) => h("div", { class: "finding" },
    h("dt", {}, name, tool && h("span", { class: "tag accent" }, tool)), h("dd", {}, value, parts && h("span", { class: "hint" }, parts), h("span", { class: "where" }, where))));
  const few = entries.map((entry) => entry.title.replace(/ \(.*/, "").toLowerCase()).join(", ");
  return h("details", { class: `group ${id}` },
    h("summary", {}, h("span", { class: "dot", "aria-hidden": "true" }), title, h("span", { class: "few" }, few), h("span", { class: "tag" }, String(entries.length))),
    h("p", { class: "hint" }, about), h("dl", {}, ...rows));
}

/** Visible marks and signatures: only the server can look for them. */
function visible(item) {
  if (item.telling.by !== "server") {
    return [h("div", { class: "ask" }, serverButton(item, "Check marks and signatures"), h("p", { class: "hint" }, "Sends the image to the server, which looks at the pixels and verifies Content Credentials."))];
  }
  const { visible: seen } = item.told;
  if (!seen || seen.status !== "examined") return [h("p", { class: "hint" }, seen?.reason || "The pixels were not examined.")];
  const marks = seen.marks.map((mark) => h("li", {}, h("strong", {}, mark.name.replaceAll("-", " ")), ` by ${mark.tool}, ${Math.round(mark.confidence * 100)} % sure`));
  return marks.length ? [h("p", { class: "row" }, icon("alert"), "Visible AI marks:"), h("ul", {}, ...marks)] : [h("p", { class: "hint" }, "No known visible AI mark was found. That does not mean that there is none.")];
}

const serverButton = (item, words) => button(words, () => askServer(item), { symbol: "cloud" });
