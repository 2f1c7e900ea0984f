// What a page of another origin does: a form, its result, JSON with a key, an upload and its PUT.

async ({ api, photo, key }) => {
  const bytes = Uint8Array.from(atob(photo), (one) => one.charCodeAt(0));
  const json = { "content-type": "application/json" };
  const post = (path, body, headers) => fetch(api + path, { method: "POST", headers, body });

  const form = new FormData();
  form.append("image", new Blob([bytes], { type: "image/jpeg" }));
  form.append("mode", new Blob(["metadata"]));
  form.append("options", new Blob(["{}"], { type: "application/json" }));
  const made = await post("/api/v1/jobs", form);
  const job = await made.json();
  const result = await (await fetch(job.result_url)).arrayBuffer();

  const inJson = { mode: "metadata", image_base64: photo, content_type: "image/jpeg" };
  const bearer = { ...json, authorization: `Bearer ${key}` };
  const byKey = await post("/api/v1/jobs", JSON.stringify(inJson), bearer);

  const wish = { filename: "a.jpg", content_type: "image/jpeg", size: bytes.length };
  const upload = await (await post("/api/v1/uploads", JSON.stringify(wish), json)).json();
  const put = await fetch(upload.upload_url, {
    method: "PUT",
    headers: { "content-type": "image/jpeg" },
    body: bytes,
  });

  const secret = { "x-client-secret": made.headers.get("x-client-secret") };
  const { jobs } = await (await fetch(`${api}/api/v1/jobs`, { headers: secret })).json();
  const withCookies = await fetch(`${api}/api/v1/jobs`, { credentials: "include" })
    .then(() => "read", () => "refused");
  return {
    statuses: [made.status, byKey.status, put.status],
    left: made.headers.get("ratelimit"),
    result: result.byteLength,
    listed: jobs.map(({ id }) => id),
    job: job.id,
    withCookies,
  };
}
