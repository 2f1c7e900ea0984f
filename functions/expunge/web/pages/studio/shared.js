// Images that another app shared with this one; the share worker kept them in this browser.

import { toast } from "../design/dialog.js";
import { here } from "../design/root.js";

export function listenForShares(give, takeUrl) {
  navigator.serviceWorker?.register(here("/share-worker.js")).catch(() => {}); // not over plain http
  const { hash } = location;
  if (hash === "#shared") taken().then((files) => (files.length ? give(files) : lost()), lost);
  else if (hash.startsWith("#url=")) takeUrl(decodeURIComponent(hash.slice(5)));
  else if (hash === "#share-lost") lost();
  else return;
  history.replaceState(null, "", here("/"));
}

const lost = () => toast("The shared image did not arrive. Choose it here instead.");

async function taken() {
  const cache = await caches.open("shared");
  const files = [];
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    const name = decodeURIComponent(answer.headers.get("x-name"));
    files.push(new File([await answer.blob()], name, { type: answer.headers.get("content-type") }));
    await cache.delete(request);
  }
  return files;
}
