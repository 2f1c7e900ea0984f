// What the tests of work in the tab call in the page.

const blobOf = (text) => new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);

async function textOf(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}

const caught = (promise) =>
  promise.catch(({ name, code, message, useServer }) => ({ name, code, message, useServer }));

async function digestOf(blob) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function each(list, call) {
  const made = [];
  for (const one of list) made.push(await call(one));
  return made;
}

Object.assign(globalThis, { blobOf, textOf, caught, digestOf, each });
