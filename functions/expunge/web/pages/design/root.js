// Where this service is: below a path of its host, or at the root. The scripts know it from their own URL.

export const ROOT = new URL(import.meta.url).pathname.replace(/\/(?:assets\/[^/]*|static)\/.*$/, "");

/** A URL of this service from a path as if it were at the root; any other URL is unchanged. */
export const here = (url) => (/^\/(?!\/)/.test(url) ? ROOT + url : url);
