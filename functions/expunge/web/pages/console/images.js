// Stored images as a grid; one of them with its result, its faces and its deletion.

import { button, h, iconButton } from "../design/dom.js";
import { confirmed, opened, toast } from "../design/dialog.js";
import { bytes, clock } from "../design/words.js";
import { admin, originalOf, resultOf } from "./api.js";
import { facts, heading, ms, pager, refresh, tag } from "./parts.js";
import { figure, picture } from "./picture.js";

const PER_PAGE = 24;

export async function showImages(query) {
  const page = Number(query.get("page")) || 1;
  const answer = await admin("GET", `images?page=${page}&per_page=${PER_PAGE}`);
  const grid = answer.items.length
    ? h("ul", { class: "grid" }, answer.items.map(card))
    : h("p", { class: "soft" }, "No image is stored now. Images of the last day appear here.");
  return [heading("Images", refresh()), grid, pager(answer, (number) => `#images?page=${number}`)];
}

function card(image) {
  const words = `Image of ${clock(image.created_at)}, ${image.width} × ${image.height} pixels`;
  const item = h("li", { class: "tile" },
    h("button", { type: "button", class: "open", "aria-label": `Open: ${words}`, onclick: () => open(image.id) },
      picture(image.processed_url || image.original_url, "", { lazy: true })),
    h("p", { class: "row" },
      h("span", { class: "words" }, clock(image.created_at), h("br"), h("span", { class: "soft" }, `${image.width} × ${image.height}, ${bytes(image.size_bytes)}`)),
      iconButton(`Delete: ${words}`, "trash", () => remove(image.id))));
  return item;
}

/** Ask, then delete the image with its job and its result; tells whether it is gone. */
export async function remove(id) {
  const sure = await confirmed("Delete this image?", "The image, its job and its result are deleted at once. This cannot be undone.", "Delete");
  if (!sure) return false;
  try {
    await admin("DELETE", `images/${id}`);
  } catch (problem) {
    toast(problem.message);
    return false;
  }
  toast("The image is deleted.");
  dispatchEvent(new HashChangeEvent("hashchange"));
  return true;
}

/** An image in full, by its id. */
export async function open(id) {
  const image = await admin("GET", `images/${id}`).catch((problem) => toast(problem.message));
  if (!image) return;
  const jobs = await Promise.all(image.jobs.map((job) => admin("GET", `jobs/${job.id}`)));
  await opened("Image", (close) => [h("div", { class: "wide stack", tabindex: "-1", autofocus: true },
    h("div", { class: "pair" },
      figure("Original", picture(image.original_url, "The original", { boxes: jobs[0]?.detection })),
      image.processed_url && figure("Result", picture(image.processed_url, "The result"))),
    facts({ Id: h("code", {}, image.id), Type: image.content_type, Size: `${image.width} × ${image.height}, ${bytes(image.size_bytes)}`, Sent: clock(image.created_at), "Deleted by itself": clock(image.expires_at) }),
    jobs.map(jobFacts),
    h("div", { class: "row" },
      button("Delete", async () => { if (await remove(image.id)) close(null); }, { symbol: "trash", kind: "danger" }),
      h("a", { class: "button", href: originalOf(image.id) }, "Download the original"),
      image.processed_url && h("a", { class: "button", href: resultOf(image.jobs[0].id) }, "Download the result"),
      button("Close", () => close(null), { kind: "primary" })))]);
}

function jobFacts(job) {
  const found = job.detection?.summary;
  return facts({
    Job: h("code", {}, job.id), Status: tag(job.status), Did: job.method ? `${job.job_type} (${job.method})` : job.job_type, Model: job.model,
    Faces: found && `${found.face_count}, confidence ${found.min_confidence.toFixed(2)} to ${found.max_confidence.toFixed(2)}`,
    "Run time": ms(job.total_ms), Error: job.error,
  });
}
