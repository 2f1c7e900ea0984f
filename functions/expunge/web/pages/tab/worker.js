// The worker's side of a Lane: loads its files once, then answers one call after the other.

import { TabError } from "./error.js";

// `start(files)` makes an object of functions; `files` are those of /tab/files.json.
export function serve(start) {
  let files = null;
  let ready = null;
  self.onmessage = async ({ data }) => {
    if (data.files) {
      files = data.files;
      countLoading(files);
      return;
    }
    try {
      ready ??= start(files);
      const functions = await ready;
      const { result, transfer } = await functions[data.name](...data.values);
      self.postMessage({ result }, transfer ?? []);
    } catch (error) {
      self.postMessage({ error: told(error) });
    }
  };
}

export const working = (loaded, total) => report("working", loaded, total);

const report = (stage, loaded, total) => self.postMessage({ progress: { stage, loaded, total } });

function told(error) {
  if (error instanceof TabError) {
    const { code, message, useServer } = error;
    return { code, message, useServer, fatal: code.startsWith("tab_") };
  }
  console.warn(error); // for people who look for the cause: the page says only that it failed
  return { code: loading(error) ? "tab_load_failed" : "tab_crashed", fatal: true };
}

// Browsers throw a TypeError where the network fails.
const loading = (error) => error instanceof TypeError && /fetch|load|import/i.test(error.message);

// Report how much of the files has arrived. The libraries fetch them, so `fetch` itself counts.
function countLoading(files) {
  const sizes = new Map(Object.values(files)
    .filter((file) => !file.url.endsWith(".mjs")) // scripts are not fetched but imported
    .map((file) => [new URL(file.url, self.location).href, file.bytes]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const fetchPlainly = self.fetch;
  let loaded = 0;
  self.fetch = async (...request) => {
    const answer = await fetchPlainly(...request);
    if (!answer.ok || !answer.body || !sizes.has(answer.url)) return answer;
    const counted = answer.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        report("loading", Math.min(loaded, total), total);
        controller.enqueue(chunk);
      },
    }));
    return new Response(counted, { status: answer.status, headers: answer.headers });
  };
}

export async function bytesOf({ url }) {
  const answer = await fetch(url);
  if (!answer.ok) throw new TabError("tab_load_failed", (await answer.json()).detail, true);
  return new Uint8Array(await answer.arrayBuffer());
}
