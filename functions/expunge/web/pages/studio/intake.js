// Where images come from: dropped, chosen, pasted, a folder, the camera, a URL. Nothing is sent.

import { asked, toast } from "../design/dialog.js";
import { here } from "../design/root.js";
import { bytes, count } from "../design/words.js";
import { MODES, maxBytes, maxVideoBytes } from "./config.js";
import { listenForShares } from "./shared.js";
import { ACCEPTED, ACCEPTED_FILMS, isImage, isVideo, urlName } from "./names.js";

const FILMS = MODES.mask || MODES.swap; // videos are taken where something can be done with what they show

/** Listen for images; `take` gets `[{ file, name, source }]` in the order given. */
export function intake(take) {
  const give = (files) => {
    const fitting = files.filter((file) => taken(file) && file.size > 0 && file.size <= most(file));
    const left = files.length - fitting.length;
    if (left) toast(refused(files.filter((file) => !fitting.includes(file))));
    if (fitting.length) take(fitting.map((file) => ({ file })));
  };
  for (const input of document.querySelectorAll("input[data-take]")) {
    if (!input.hasAttribute("capture") && !input.webkitdirectory) input.accept = [...ACCEPTED, ...(FILMS ? ACCEPTED_FILMS : [])].join(",");
    input.addEventListener("change", () => { give([...input.files]); input.value = ""; });
  }
  drops(give, take);
  listenForShares(give, (url) => take([{ source: url, name: urlName(url) }]));
  document.addEventListener("paste", (event) => pasted(event, give, take));
  for (const button of document.querySelectorAll("[data-take-url]")) {
    button.addEventListener("click", async () => {
      const url = await asked("Image at a URL", "URL of the image", { type: "url", action: "Add", placeholder: "https://", hint: "Only the server can fetch it: the image is read when you start." });
      if (url) take([{ source: url, name: urlName(url) }]);
    });
  }
  for (const button of document.querySelectorAll("[data-take-sample]")) {
    button.addEventListener("click", async () => {
      const answer = await fetch(here("/static/sample.jpg"));
      give([new File([await answer.blob()], "sample.jpg", { type: "image/jpeg" })]);
    });
  }
}

const taken = (file) => isImage(file) || (FILMS && isVideo(file));
const most = (file) => (isVideo(file) ? maxVideoBytes : maxBytes);

function refused(files) {
  const large = files.filter((file) => taken(file) && file.size > most(file));
  if (large.length) return `${large[0].name} has ${bytes(large[0].size)}; at most ${bytes(most(large[0]))} are taken. Scale it down and drop it again.`;
  const [first] = files;
  if (first.size === 0) return `${first.name} is empty.`;
  return `${count(files.length, "file")} left out: ${first.name} is no image. Images are JPEG, PNG, WebP, AVIF, HEIC, JPEG XL, GIF and TIFF${FILMS ? "; videos are MP4, MOV, WebM, MKV and 3GP" : ""}.`;
}

function drops(give, take) {
  let depth = 0;
  const over = (on) => document.documentElement.classList.toggle("over", on);
  document.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; over(true); });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("dragleave", () => { depth -= 1; over(depth > 0); });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    // The entries must be taken before anything is awaited: the list is emptied after the event.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [...event.dataTransfer.files];
    const link = event.dataTransfer.getData("text/uri-list").split("\n")[0].trim();
    if (!files.length && /^https?:/.test(link)) take([{ source: link, name: urlName(link) }]);
    else give(entries.some((entry) => entry.isDirectory) ? (await Promise.all(entries.map(inside))).flat() : files);
  });
}

/** Every file of a dropped folder, by name. */
async function inside(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => { entry.file(resolve, reject); })];
  const reader = entry.createReader();
  const entries = [];
  for (;;) { // a reader gives at most a hundred at a time
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) break;
    entries.push(...some);
  }
  entries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (await Promise.all(entries.map(inside))).flat().filter(taken);
}

function pasted(event, give, take) {
  if (event.target.closest?.("input, textarea, [contenteditable]")) return;
  const files = [...event.clipboardData.files];
  if (files.length) {
    give(files);
    return;
  }
  const text = event.clipboardData.getData("text/plain").trim();
  if (/^https?:\/\/\S+$/.test(text)) take([{ source: text, name: urlName(text) }]);
}
