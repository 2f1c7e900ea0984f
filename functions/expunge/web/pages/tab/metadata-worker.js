// Metadata in the tab: the service's own Python modules, run by Pyodide. Nothing is sent.

import { TabError } from "./error.js";
import { bytesOf, serve, working } from "./worker.js";

const ARCHIVE = "/expunge.zip";
const CALLS = `
import sys
sys.path.insert(0, "${ARCHIVE}")
from expunge.imaging import tab
{
    "strip": lambda data, options: tab.strip_metadata(data.to_bytes(), options),
    "detect": lambda data: (tab.detect_metadata(data.to_bytes()), None),
    "label": lambda data, made: tab.keep_label(data.to_bytes(), made.to_bytes()),
}
`;
// Pyodide would fetch a list of packages; only its own library is used.
const NO_PACKAGES = { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten", python: "", version: "" }, packages: {} };

serve(async (files) => {
  const { loadPyodide } = await import(files["pyodide.mjs"].url);
  const [python, modules] = await Promise.all([
    loadPyodide({ indexURL: folderOf(files["pyodide.mjs"].url), lockFileContents: JSON.stringify(NO_PACKAGES) }),
    bytesOf(files["expunge.zip"]),
  ]);
  python.FS.writeFile(ARCHIVE, modules);
  const calls = python.runPython(CALLS);

  async function run(name, file, ...rest) {
    working(0, 1);
    const data = new Uint8Array(await file.arrayBuffer());
    const answer = calls.get(name)(data, ...rest);
    const [text, bytes] = answer.toJs();
    answer.destroy();
    const { error, ...told } = JSON.parse(text);
    if (error) throw new TabError(error.code, error.detail, error.code === "needs_server");
    working(1, 1);
    return { ...told, bytes };
  }

  return {
    async strip(file, options) {
      const { report, media_type, bytes } = await run("strip", file, JSON.stringify(options));
      return { result: { report, blob: new Blob([bytes], { type: media_type }) } };
    },
    async detect(file) {
      const { report } = await run("detect", file);
      return { result: report };
    },
    async keepLabel(file, made) {
      const { media_type, own_label, bytes } = await run("label", file, new Uint8Array(await made.arrayBuffer()));
      return { result: { blob: new Blob([bytes], { type: media_type }), ...(own_label ? { own_label } : {}) } };
    },
  };
});

const folderOf = (url) => url.slice(0, url.lastIndexOf("/") + 1);
