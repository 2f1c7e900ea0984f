"use strict";

// A request body larger than this does not pass the edge on AWS; the upload way takes 10 MB.
const DIRECT_BYTES = 4_000_000;
const NAMES = {
  exif: "Camera, place and time (EXIF)", xmp: "Edit history and labels (XMP)", iptc: "Author and caption (IPTC)",
  c2pa: "Content Credentials (C2PA)", comment: "Comment", text: "Text", thumbnail: "Embedded preview",
  trailer: "Bytes behind the picture", vendor: "Application data",
};
const $ = (selector, within = document) => within.querySelector(selector);

async function clean(file) {
  const row = $("#result").content.firstElementChild.cloneNode(true);
  $(".file", row).textContent = file.name;
  $("img", row).src = URL.createObjectURL(file);
  $("#results").prepend(row);
  try {
    say(row, "Cleaning…");
    show(row, file, await ended(row, await job(file)));
  } catch (problem) {
    row.classList.add("failed");
    say(row, problem.detail || problem.message);
  }
  $("progress", row).remove();
}

async function job(file) {
  if (file.size > DIRECT_BYTES) return jobOfUpload(file);
  const form = new FormData();
  form.append("image", file);
  form.append("mode", mode());
  return ask("/api/v1/jobs", { method: "POST", body: form });
}

// Heavy work is queued: ask again, when the answer says so, until it has ended.
async function ended(row, asked) {
  let job = asked;
  while (job.poll_url) {
    if (job.status === "processing") $("progress", row).value = job.progress / 100;
    say(row, job.status === "processing" ? `Working… ${job.progress} %` : "Waiting for its turn…");
    await new Promise((resolve) => { setTimeout(resolve, job.poll_after_ms); });
    job = await ask(job.poll_url);
  }
  if (job.status !== "succeeded") throw new Error(job.error_message || `The job is ${job.status}.`);
  return job;
}

async function jobOfUpload(file) {
  const wish = { filename: file.name, content_type: file.type, size: file.size };
  const upload = await ask("/api/v1/uploads", json(wish));
  const put = await fetch(upload.upload_url, { method: upload.method, headers: upload.headers, body: file });
  if (!put.ok) throw new Error(`The upload was refused (${put.status}).`);
  return ask("/api/v1/jobs", json({ object_key: upload.object_key, mode: mode() }));
}

const json = (value) => ({
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value),
});

async function ask(url, request) {
  const answer = await fetch(url, { ...request, headers: { ...request?.headers, ...csrf() } });
  const body = await answer.json().catch(() => ({ message: `The service answered ${answer.status}.` }));
  if (!answer.ok) throw body;
  return body;
}

function show(row, file, done) {
  const removed = (done.report.metadata || done.report).removed || [];
  say(row, SAID[done.mode](done.report, done.processing_ms));
  if (removed.length) {
    $("details", row).hidden = false;
    $("summary", row).textContent = removed.length === 1 ? "1 piece removed" : `${removed.length} pieces removed`;
    $("tbody", row).append(...removed.map(piece));
  }
  const link = $("a.button", row);
  link.href = done.result_url;
  link.download = file.name.replace(/(\.[^.]*)?$/, "-clean$1");
  link.hidden = false;
}

function piece(block) {
  const cells = [NAMES[block.kind] || block.kind, block.path, bytes(block.length)];
  const row = document.createElement("tr");
  row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return row;
}

// What was done, in a sentence, by mode.
const SAID = {
  metadata: (report, ms) => (report.changed
    ? `${bytes(report.removed_bytes)} taken out in ${ms} ms. No pixel changed.`
    : "Nothing to take out: the file comes back byte for byte."),
  visible: (report, ms) => (report.changed
    ? `${report.marks.map((mark) => mark.name).join(", ")} taken out in ${ms} ms.`
    : `The file comes back byte for byte: ${report.reason}`),
  mask: (report, ms) => (report.masked_count
    ? `${report.masked_count === 1 ? "1 face" : `${report.masked_count} faces`} hidden in ${ms} ms.`
    : "No faces found."),
  invisible: remade,
  all: remade,
};
function remade(report, ms) {
  const marks = (report.visible?.marks || []).map((mark) => `${mark.name} taken out, `).join("");
  return `${marks}pixels made anew in ${ms} ms. ${report.invisible.unknown}`;
}
const mode = () => $("input[name=mode]:checked").value;
const say = (row, text) => { $(".state", row).textContent = text; };
const bytes = (n) => (n < 1000 ? `${n} bytes` : n < 1e6 ? `${(n / 1e3).toFixed(1)} kB` : `${(n / 1e6).toFixed(1)} MB`);

const drop = $("#drop");
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const type of ["dragleave", "drop"]) {
  document.addEventListener(type, (event) => { event.preventDefault(); drop.classList.remove("over"); });
}
document.addEventListener("drop", (event) => [...event.dataTransfer.files].forEach(clean));
document.addEventListener("paste", (event) => [...event.clipboardData.files].forEach(clean));
$("#file").addEventListener("change", (event) => {
  [...event.target.files].forEach(clean);
  event.target.value = "";
});
$("#curl").textContent = `curl -F image=@photo.jpg -F mode=metadata ${location.origin}/api/v1/jobs`;
