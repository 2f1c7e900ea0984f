// A picture of a file that the browser cannot show: the server converts it, marks and all.

import { changed } from "./items.js";
import { download, ended } from "./run.js";
import { createJob } from "./upload.js";

export async function serverPreview(item) {
  changed(item, { previewing: true, problem: null });
  try {
    const wish = { mode: "visible", options: { marks: [], format: "jpeg" } };
    const asked = await createJob({ ...item, sent: { upload: item.sent?.upload } }, wish, () => {});
    const job = await ended(asked, () => {}, new AbortController().signal);
    const { blob } = await download(job.result_url);
    changed(item, { previewing: false, preview: URL.createObjectURL(blob) });
  } catch (problem) {
    changed(item, { previewing: false, problem });
  }
}
