// What runs in this tab without sending anything: loaded on the first call, not before.

import { Problem } from "../design/problem.js";

let loading;
function worker() {
  loading ||= import("../tab/tab.js").catch(() => {
    loading = null;
    throw new Problem("This server does not offer processing in the browser.", { code: "tab_files_missing", step: "Use the server instead." });
  });
  return loading;
}

/** Whether metadata and faces can be handled here, how many bytes that loads, and why not. */
export async function abilities() {
  const none = (reason) => ({ metadata: { available: false, reason, bytes: 0 }, faces: { available: false, reason, bytes: 0 } });
  return worker().then((tab) => tab.abilities(), (problem) => none(problem.message));
}

/** Call `detectMetadata`, `stripMetadata`, `findFaces`, `maskPatches` or `maskFaces`. */
export async function here(name, ...given) {
  const tab = await worker();
  try {
    return await tab[name](...given);
  } catch (error) {
    if (error.name === "AbortError") throw new Problem("You canceled this.", { code: "canceled", retryable: true });
    throw Object.assign(new Problem(error.message, { code: error.code || "tab_crashed", retryable: true, step: error.useServer ? "The server can do it instead." : "" }), { useServer: Boolean(error.useServer) });
  }
}
