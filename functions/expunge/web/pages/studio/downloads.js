// Saving results: one, all in a ZIP made in this tab, or to the clipboard.

import { toast } from "../design/dialog.js";
import { h } from "../design/dom.js";
import { distinct } from "./names.js";

export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Save one result under the file's own name. */
export function saveResult({ blob, name, link }) {
  if (blob) save(blob, name);
  else h("a", { href: link, target: "_blank", rel: "noopener" }).click();
}

/** Save a result's receipt beside it, under the result's name. */
export function saveReceipt({ name, report }) {
  save(new Blob([`${report.receipt}\n`], { type: "application/jose" }), `${name}.receipt.jws`);
}

export async function saveAll(results) {
  const { downloadZip } = await import("../vendor/client-zip.js");
  const names = distinct(results.map((result) => result.name));
  const lastModified = new Date();
  const files = results.flatMap(({ blob, report }, index) => [
    { name: names[index], input: blob, lastModified },
    ...(report?.receipt ? [{ name: `${names[index]}.receipt.jws`, input: `${report.receipt}\n`, lastModified }] : []),
  ]);
  save(await downloadZip(files).blob(), "expunge.zip");
}

/** Copy a result as a picture. The clipboard takes PNG only, so others are drawn again for it. */
export async function copyPicture(blob) {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob.type === "image/png" ? blob : drawn(blob) })]);
    toast("Copied the picture.");
  } catch {
    toast("This browser does not let a page copy pictures. Download the file instead.");
  }
}

export async function copyText(text) {
  await navigator.clipboard.writeText(text).then(() => toast("Copied."), () => toast("This browser does not let a page copy. Select the text instead."));
}

async function drawn(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
