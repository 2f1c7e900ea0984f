// The jobs of the faces surface, filtered by type and method.

import { h, iconButton } from "../design/dom.js";
import { clock } from "../design/words.js";
import { admin, choicesOf, originalOf, parametersOf } from "./api.js";
import { open, remove } from "./images.js";
import { heading, ms, pager, refresh, table, tag } from "./parts.js";
import { picture } from "./picture.js";

const NAMES = { job_type: "Type", method: "Method" };

export async function showJobs(query) {
  const [answer, filters] = await Promise.all([admin("GET", `jobs?${query}`), controls(query)]);
  const to = (page) => { const next = new URLSearchParams(query); next.set("page", page); return `#jobs?${next}`; };
  const list = answer.items.length
    ? table("Jobs, newest first", ["Image", "Created", "Type", "Method", "Status", "Faces", "Run time", ""], answer.items.map(row))
    : h("p", { class: "soft" }, "No job matches.");
  return [heading("Jobs", refresh()), filters, list, pager(answer, to)];
}

/** A choice for each filter that the API has; a change goes to the first page. */
async function controls(query) {
  const parameters = (await parametersOf("listFaceJobs")).filter(({ name }) => name in NAMES);
  const change = (name, value) => {
    const next = new URLSearchParams(query);
    next.delete("page");
    if (value) next.set(name, value); else next.delete(name);
    location.hash = `#jobs?${next}`;
  };
  const control = ({ name, schema }) => {
    const option = (value) => h("option", { value, selected: query.get(name) === value }, value || "all");
    return h("div", { class: "field" }, h("label", { for: name }, NAMES[name]),
      h("select", { id: name, onchange: (event) => change(name, event.target.value) }, ["", ...choicesOf(schema)].map(option)));
  };
  return h("form", { class: "filters", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() }, parameters.map(control));
}

function row(job) {
  const words = `${job.job_type} of ${clock(job.created_at)}`;
  const preview = h("button", { type: "button", class: "open small", "aria-label": `Open: ${words}`, onclick: () => open(job.image_id) },
    picture(job.processed_url || originalOf(job.image_id), "", { lazy: true }));
  const status = h("span", {}, tag(job.status), job.error && h("span", { class: "wrong" }, ` ${job.error}`));
  return [preview, clock(job.created_at), job.job_type, job.method, status, job.face_count, ms(job.total_ms), iconButton(`Delete: ${words}`, "trash", () => remove(job.image_id))];
}
