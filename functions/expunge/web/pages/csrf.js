"use strict";

// Where this service is: below a path of its host, or at the root.
const ROOT = new URL(document.currentScript.src).pathname.replace(/\/(?:assets\/[^/]*|static)\/.*$/, "");

// The CSRF token: it proves that a page of this site made the request, since no other site can read the cookie.
const csrf = () => {
  const found = document.cookie.match(/(?:^|; )(?:__(?:Host|Secure)-)?expunge_csrf=([0-9a-f]+)/);
  return found ? { "x-csrf-token": found[1] } : {};
};
