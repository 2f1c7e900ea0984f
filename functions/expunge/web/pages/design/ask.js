// Requests to this service, with the session's CSRF token; every failure is a Problem.

import { canceled, refusal, unreachable } from "./problem.js";
import { here } from "./root.js";

/** The CSRF token proves that a page of this site made the request: no other site can read the cookie. */
function csrf() {
  const found = document.cookie.match(/(?:^|; )(?:__(?:Host|Secure)-)?expunge_csrf=([0-9a-f]+)/);
  return found ? { "x-csrf-token": found[1] } : {};
}

/** Send a request and read its JSON answer. `body` is JSON, or a FormData. */
export async function ask(method, url, { body, headers = {}, signal } = {}) {
  const isForm = body instanceof FormData;
  const type = body === undefined || isForm ? {} : { "content-type": "application/json" };
  const sent = body === undefined || isForm ? body : JSON.stringify(body);
  const answer = await fetch(here(url), { method, body: sent, headers: { ...type, ...csrf(), ...headers }, signal })
    .catch(() => { throw signal?.aborted ? canceled() : unreachable(); });
  const text = await answer.text();
  if (!answer.ok) throw await refusal(answer.status, text, answer.headers.get("retry-after"));
  return text ? JSON.parse(text) : {};
}

/** The same for a large body: tells how much has been sent, as a fraction from 0 to 1. */
export function send(method, url, body, { headers = {}, own = true, onsent = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, here(url));
    for (const [name, value] of Object.entries({ ...headers, ...(own ? csrf() : {}) })) {
      // Browsers set the length themselves.
      if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => { if (event.lengthComputable) onsent(event.loaded / event.total); };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(canceled());
    request.onload = async () => {
      if (request.status >= 200 && request.status < 300) resolve(request.responseText);
      else reject(await refusal(request.status, request.responseText, request.getResponseHeader("retry-after")));
    };
    signal?.addEventListener("abort", () => request.abort());
    if (signal?.aborted) reject(canceled());
    else request.send(body);
  });
}
