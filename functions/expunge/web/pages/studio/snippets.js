// The request of the chosen settings, to send from elsewhere: curl, Python, JavaScript.

import { button, h } from "../design/dom.js";
import { ROOT } from "../design/root.js";
import { purposeRequired } from "./config.js";
import { copyText } from "./downloads.js";

const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const quoted = (name) => `"${name.replace(/["\\]/g, "\\$&")}"`; // curl's own quotes, for names with ; or ,
const PURPOSE = "what this is for"; // to be replaced, where the server wants to know it
const literal = (value) => JSON.stringify(value); // a string in JSON is one in Python and JavaScript too

/** A file is sent as a form, the URL of an image as JSON. */
const LANGUAGES = {
  curl: ({ url, name, mode, options, json, others }) => (json
    ? [`curl ${shell(url)} \\`, "  -H 'Content-Type: application/json' \\", `  -d ${shell(json)}`]
    : [`curl ${shell(url)} \\`, `  -F ${shell(`image=@${quoted(name)}`)} \\`, ...others.map(([field, file]) => `  -F ${shell(`${field}=@${quoted(file)}`)} \\`), `  -F mode=${mode} \\`, `  -F ${shell(`options=${options}`)}${purposeRequired ? " \\" : ""}`, ...(purposeRequired ? [`  -F ${shell(`purpose=${PURPOSE}`)}`] : [])]),
  Python: ({ url, name, mode, options, json, others }) => [
    "import requests", "",
    ...(json
      ? [`job = requests.post(${literal(url)}, data=${literal(json)}, headers={"Content-Type": "application/json"})`]
      : [`data = {"mode": ${literal(mode)}, "options": ${literal(options)}${purposeRequired ? `, "purpose": ${literal(PURPOSE)}` : ""}}`, `with open(${literal(name)}, "rb") as image:`, `    files = {${[["image", "image"], ...others.map(([field, file]) => [field, `open(${literal(file)}, "rb")`])].map(([field, value]) => `${literal(field)}: ${value}`).join(", ")}}`, `    job = requests.post(${literal(url)}, data=data, files=files)`]),
    "job.raise_for_status()", 'print(job.json()["result_url"])',
  ],
  JavaScript: ({ url, name, mode, options, json, others }) => [
    ...(json
      ? [`const headers = { "content-type": "application/json" };`, `const body = ${literal(json)};`]
      : ["const body = new FormData();", `body.append("image", file, ${literal(name)}); // a File or a Blob`, ...others.map(([field, file]) => `body.append(${literal(field)}, face, ${literal(file)});`), `body.append("mode", ${literal(mode)});`, `body.append("options", ${literal(options)});`, ...(purposeRequired ? [`body.append("purpose", ${literal(PURPOSE)});`] : [])]),
    `const answer = await fetch(${literal(url)}, { method: "POST", body${json ? ", headers" : ""} });`,
    "const job = await answer.json();", "console.log(job.result_url ?? job.detail);",
  ],
};

/** The files of new faces by field; one that is still to be chosen has a name for example. */
const faces = (sources) => (Object.keys(sources).length ? Object.entries(sources).map(([field, file]) => [field, file.name]) : [["source", "face.jpg"]]);

/** The same faces, at URLs. */
const elsewhere = (others) => (others.length ? { sources: Object.fromEntries(others.map(([field, file]) => [field, { image_url: `https://pictures.example/${encodeURIComponent(file)}` }])) } : {});

export function snippets(item, options, sources = {}) {
  const { mode } = item.settings;
  const others = mode === "swap" ? faces(sources) : [];
  const json = item.source && JSON.stringify({ mode, options, ...(purposeRequired ? { purpose: PURPOSE } : {}), image_url: item.source, ...elsewhere(others) });
  const request = { url: `${location.origin}${ROOT}/api/v1/jobs`, name: item.name, mode, options: JSON.stringify(options), json, others };
  const code = h("code", {});
  const pre = h("pre", { tabindex: "0", "aria-label": "The request as code" }, code);
  const tabs = Object.keys(LANGUAGES).map((name) => h("button", { type: "button", onclick: () => choose(name) }, name));
  function choose(name) {
    code.textContent = LANGUAGES[name](request).join("\n");
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.textContent === name));
  }
  choose("curl");
  return h("div", { class: "stack tight" },
    h("div", { class: "row spread" }, h("div", { class: "segments", role: "group", "aria-label": "Language" }, ...tabs), button("Copy", () => copyText(code.textContent), { symbol: "copy" })),
    pre, h("p", { class: "hint" }, "The answer's result_url is the image. With an API key, add the header Authorization: Bearer …"));
}
