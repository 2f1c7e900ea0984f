// Takes images that a phone shares with the studio. They stay in this browser: nothing is sent.

const SHARED = "shared";
const ROOT = new URL(".", self.location).pathname; // this script lies at the root of the service

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "POST" && pathname === `${ROOT}share`) event.respondWith(kept(event.request));
});

async function kept(request) {
  const form = await request.formData();
  const cache = await caches.open(SHARED);
  const files = form.getAll("images");
  await Promise.all(files.map((file, index) => cache.put(`${ROOT}shared/${index}`, new Response(file, { headers: { "content-type": file.type, "x-name": encodeURIComponent(file.name) } }))));
  const link = [form.get("url"), form.get("text")].find((text) => /^https?:\/\/\S+$/.test(text || ""));
  return Response.redirect(files.length || !link ? `${ROOT}#shared` : `${ROOT}#url=${encodeURIComponent(link)}`, 303);
}
