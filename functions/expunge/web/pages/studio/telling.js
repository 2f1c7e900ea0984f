// Looks for what an image tells: in this tab first; on the server only when asked.

import { changed } from "./items.js";
import { purposeGiven } from "./purpose.js";
import { ended } from "./run.js";
import { here } from "./tab.js";
import { createJob } from "./upload.js";

/** Read the metadata in this tab. Nothing is sent. */
export async function tell(item) {
  if (!item.file) {
    changed(item, { telling: { state: "remote" } });
    return;
  }
  changed(item, { telling: { state: "looking", text: "Reading on this device…" } });
  const onProgress = ({ stage, loaded, total }) => changed(item, { telling: { state: "looking", text: stage === "loading" ? "Loading the reader, once…" : "Reading on this device…", progress: total ? loaded / total : null } });
  try {
    changed(item, { told: await here("detectMetadata", item.file, { onProgress }), telling: { state: "told", by: "device" } });
  } catch (problem) {
    changed(item, { telling: { state: "failed", problem } });
  }
}

/** Ask the server, which also looks for visible marks and checks signatures. The image is sent. */
export async function askServer(item) {
  if (!purposeGiven()) return;
  changed(item, { telling: { state: "looking", text: "The server is looking…" } });
  try {
    const job = await createJob({ ...item, sent: { upload: item.sent?.upload } }, { mode: "detect", options: {} }, () => {});
    const done = await ended(job, () => {}, new AbortController().signal);
    changed(item, { told: done.report, telling: { state: "told", by: "server" } });
  } catch (problem) {
    changed(item, { telling: { state: "failed", problem } });
  }
}

/** Visible marks of the server's report, as boxes. */
export function markBoxes(item) {
  return (item.told?.visible?.marks || []).map(({ name, region: [x, y, width, height] }) => ({ x1: x, y1: y, x2: x + width, y2: y + height, name }));
}
