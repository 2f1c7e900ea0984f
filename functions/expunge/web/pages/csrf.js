"use strict";

// The CSRF token: it proves that a page of this site made the request, since no other site can read the cookie.
const csrf = () => {
  const found = document.cookie.match(/(?:^|; )(?:__Host-)?expunge_csrf=([0-9a-f]+)/);
  return found ? { "x-csrf-token": found[1] } : {};
};
