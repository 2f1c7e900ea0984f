// The request of the chosen settings, to send from elsewhere: curl, Python, JavaScript.

import { button, h } from "../design/dom.js";
import { copyText } from "./downloads.js";

const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const LANGUAGES = {
  curl: ({ url, name, source, mode, options }) => [
    `curl ${shell(url)} \\`,
    source ? `  -F image_url=${shell(source)} \\` : `  -F image=@${shell(name)} \\`,
    `  -F mode=${mode} \\`,
    `  -F options=${shell(JSON.stringify(options))}`,
  ].join("\n"),
  Python: ({ url, name, source, mode, options }) => [
    "import json", "import requests", "",
    `data = {"mode": ${JSON.stringify(mode)}, "options": json.dumps(json.loads(r'''${JSON.stringify(options)}'''))${source ? `, "image_url": ${JSON.stringify(source)}` : ""}}`,
    source ? `job = requests.post("${url}", data=data, files={"mode": (None, ${JSON.stringify(mode)})})` : `with open(${JSON.stringify(name)}, "rb") as image:\n    job = requests.post("${url}", data=data, files={"image": image})`,
    "job.raise_for_status()", 'print(job.json()["result_url"])',
  ].join("\n"),
  JavaScript: ({ url, name, source, mode, options }) => [
    "const form = new FormData();",
    source ? `form.append("image_url", ${JSON.stringify(source)});` : `form.append("image", file, ${JSON.stringify(name)}); // a File or Blob`,
    `form.append("mode", ${JSON.stringify(mode)});`,
    `form.append("options", ${JSON.stringify(JSON.stringify(options))});`,
    `const answer = await fetch("${url}", { method: "POST", body: form });`,
    "const job = await answer.json();", "console.log(job.result_url ?? job.detail);",
  ].join("\n"),
};

export function snippets(item, options) {
  const request = { url: `${location.origin}/api/v1/jobs`, name: item.name, source: item.source, mode: item.settings.mode, options };
  const code = h("code", {});
  const pre = h("pre", { tabindex: "0", "aria-label": "The request as code" }, code);
  const tabs = Object.keys(LANGUAGES).map((name) => h("button", { type: "button", onclick: () => choose(name) }, name));
  function choose(name) {
    code.textContent = LANGUAGES[name](request);
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.textContent === name));
  }
  choose("curl");
  return h("div", { class: "stack tight" },
    h("div", { class: "row spread" }, h("div", { class: "segments", role: "group", "aria-label": "Language" }, ...tabs), button("Copy", () => copyText(code.textContent), { symbol: "copy" })),
    pre, h("p", { class: "hint" }, "The answer's result_url is the image. With an API key, add the header Authorization: Bearer …"));
}
