"use strict";

// API Gateway on AWS refuses larger request bodies; larger files go through an upload.
const DIRECT_BYTES = 4_000_000;
const NAMES = {
  exif: "Camera, place and time (EXIF)", xmp: "Edit history and labels (XMP)", iptc: "Author and caption (IPTC)",
  c2pa: "Content Credentials (C2PA)", comment: "Comment", text: "Text", thumbnail: "Embedded preview",
  trailer: "Data after the image", vendor: "Application data",
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

// Heavy jobs are queued: poll at the suggested interval until the job ends.
async function ended(row, asked) {
  let job = asked;
  while (job.poll_url) {
    if (job.status === "processing") $("progress", row).value = job.progress / 100;
    say(row, job.status === "processing" ? `Working… ${job.progress} %` : "Waiting in the queue…");
    await new Promise((resolve) => { setTimeout(resolve, job.poll_after_ms); });
    job = await ask(job.poll_url);
  }
  if (job.status !== "succeeded") throw new Error(job.error_message || `The job is ${job.status}.`);
  return job;
}

async function jobOfUpload(file) {
  const description = { filename: file.name, content_type: file.type, size: file.size };
  const upload = await ask("/api/v1/uploads", json(description));
  const put = await fetch(upload.upload_url, { method: upload.method, headers: upload.headers, body: file });
  if (!put.ok) throw new Error(`The upload failed (HTTP ${put.status}).`);
  return ask("/api/v1/jobs", json({ object_key: upload.object_key, mode: mode() }));
}

const json = (value) => ({
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value),
});

async function ask(url, request) {
  const answer = await fetch(url, { ...request, headers: { ...request?.headers, ...csrf() } });
  const body = await answer.json().catch(() => ({ message: `The service answered with HTTP status ${answer.status}.` }));
  if (!answer.ok) throw body;
  return body;
}

function show(row, file, done) {
  const removed = (done.report.metadata || done.report).removed || [];
  say(row, OUTCOMES[done.mode](done.report, done.processing_ms));
  if (removed.length) {
    $("details", row).hidden = false;
    $("summary", row).textContent = removed.length === 1 ? "1 item removed" : `${removed.length} items removed`;
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

// One sentence about the outcome, by mode.
const OUTCOMES = {
  metadata: (report, ms) => (report.changed
    ? `Removed ${bytes(report.removed_bytes)} in ${ms} ms. No pixel changed.`
    : "Nothing to remove: the file is unchanged."),
  visible: (report, ms) => (report.changed
    ? `Removed ${report.marks.map((mark) => mark.name).join(", ")} in ${ms} ms.`
    : `The file is unchanged: ${report.reason}`),
  mask: (report, ms) => (report.masked_count
    ? `Hid ${report.masked_count === 1 ? "1 face" : `${report.masked_count} faces`} in ${ms} ms.`
    : "No faces found."),
  invisible: resynthesised,
  all: resynthesised,
};
function resynthesised(report, ms) {
  const marks = (report.visible?.marks || []).map((mark) => `Removed ${mark.name}. `).join("");
  return `${marks}Re-synthesised the pixels in ${ms} ms. ${report.invisible.unknown}`;
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
