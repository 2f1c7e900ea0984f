// Sends one image to the server. What arrived once is not sent again by a retry.

import { ask, send } from "../design/ask.js";
import { extensionType } from "./names.js";
import { purpose } from "./purpose.js";

const DIRECT_BYTES = 4_000_000; // API Gateway on AWS refuses larger request bodies
const TAKEN = [409, 412]; // the store has the file: an earlier answer was lost (local store, S3)
const UPLOAD_SECONDS = 840; // an upload lives 15 minutes; one minute is kept for the job

/** Create a job; `told` gets the fraction that has been sent. `sources` are other files by name. */
export async function createJob(item, { mode, options, sources = {} }, told, signal) {
  const why = purpose() ? { purpose: purpose() } : {};
  const others = Object.entries(sources);
  const wish = JSON.stringify([mode, options, why, others.map(([name, file]) => [name, file.name, file.size, file.lastModified])]);
  // The same key for the same wish: a retry after a lost answer is neither done nor charged twice.
  if (item.sent?.wish !== wish) item.sent = { ...item.sent, wish, key: crypto.randomUUID() };
  const headers = { "idempotency-key": item.sent.key };
  const all = others.reduce((sum, [, file]) => sum + file.size, item.file?.size ?? 0);
  if (!item.file || all > DIRECT_BYTES) {
    const image = item.file ? { object_key: (await uploaded(item, told, signal)).object_key } : { image_url: item.source };
    return ask("POST", "/api/v1/jobs", { body: { mode, options, ...why, ...image, ...(await stored(others, signal)) }, headers, signal });
  }
  const form = new FormData();
  form.append("image", item.file, item.name);
  for (const [name, file] of others) form.append(name, file, file.name);
  form.append("mode", mode);
  form.append("options", JSON.stringify(options));
  if (why.purpose) form.append("purpose", why.purpose);
  return JSON.parse(await send("POST", "/api/v1/jobs", form, { headers, onsent: told, signal }));
}

const otherUploads = new WeakMap();

/** Other files in the server's store, as the member of a request that names them. */
async function stored(others, signal) {
  if (!others.length) return {};
  const keys = await Promise.all(others.map(async ([name, file]) => {
    if (!otherUploads.has(file)) otherUploads.set(file, { name: file.name, file, sent: null });
    return [name, { object_key: (await uploaded(otherUploads.get(file), () => {}, signal)).object_key }];
  }));
  return { sources: Object.fromEntries(keys) };
}

/** The file in the server's store: `{ object_key, source_url }`. */
export async function uploaded(item, told, signal) {
  const known = item.sent?.upload;
  const usable = known && Date.now() < known.until;
  if (usable && known.arrived) return known;
  const upload = usable ? known : await permitted(item, signal);
  const put = send(upload.method, upload.upload_url, item.file, { headers: upload.headers, own: false, onsent: told, signal });
  await put.catch((problem) => { if (!TAKEN.includes(problem.status)) throw problem; });
  item.sent.upload.arrived = true;
  return upload;
}

/** A new upload, for one PUT. */
async function permitted(item, signal) {
  const description = { filename: item.name, content_type: item.file.type || extensionType(item.name), size: item.file.size };
  const upload = await ask("POST", "/api/v1/uploads", { body: description, signal });
  item.sent = { ...item.sent, upload: { ...upload, until: Date.now() + UPLOAD_SECONDS * 1000 } };
  return item.sent.upload;
}

/** A job that failed or ended is not asked for again under its key. */
export function forgetKey(item) {
  if (item.sent) delete item.sent.wish;
}
