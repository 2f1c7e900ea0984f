// The images of this visit, in the order given, and which of them is shown. Views listen for:
// "list" (images came or went), "shown" (another is shown), "item" (one of them changed).

export const studio = new EventTarget();
export const items = [];
let shown = null;
let next = 1;

export const current = () => shown;

/** A file, or the URL of an image (then `file` is null and only the server can read it). */
export function added(sources, settings) {
  const fresh = sources.map(({ file = null, name, source = null }) => ({
    id: next++, file, source, name: name || file.name, size: file?.size ?? 0,
    url: file && URL.createObjectURL(file),
    viewable: null, // whether the browser can show it: unknown until it has tried
    told: null, telling: null, // its findings, and the state of looking for them
    faces: null, region: null, // boxes to hide, and an own region for marks
    settings: structuredClone(settings), // fixed for this image until someone changes them for it
    state: "ready", text: "", progress: null, problem: null, abort: null, result: null, sent: null,
  }));
  items.push(...fresh);
  notify("list");
  if (!shown && fresh.length) show(fresh[0]);
  return fresh;
}

export function show(item) {
  shown = item;
  notify("shown");
}

export function changed(item, changes) {
  Object.assign(item, changes);
  studio.dispatchEvent(new CustomEvent("item", { detail: item }));
}

/** Take images off the list; what runs for them is stopped. */
export function removed(...gone) {
  for (const item of gone) {
    item.abort?.abort();
    for (const url of [item.url, item.preview, item.result?.url]) if (url) URL.revokeObjectURL(url);
    items.splice(items.indexOf(item), 1);
  }
  notify("list");
  if (gone.includes(shown)) show(items[0] || null);
}

/** Replace an image's result, or take it away. */
export function finished(item, result) {
  if (item.result?.url) URL.revokeObjectURL(item.result.url);
  const url = result?.blob ? URL.createObjectURL(result.blob) : null;
  changed(item, { result: result && { ...result, url } });
}

const notify = (name) => studio.dispatchEvent(new CustomEvent(name));
