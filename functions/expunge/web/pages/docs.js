"use strict";

// Where this service is: below a path of its host, or at the root.
const ROOT = new URL(document.currentScript.src).pathname.replace(/\/(?:assets\/[^/]*|static)\/.*$/, "");

// Swagger UI switches to its dark colours by a class.
const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

/** With a session, a request that changes something needs its CSRF token. */
function withCsrf(request) {
  const url = new URL(request.url, location.href);
  if (url.origin !== location.origin) return request;
  const session = url.pathname.startsWith(`${ROOT}/api/v1/admin/`) ? "expunge_admin_csrf" : "expunge_csrf";
  const found = document.cookie.match(new RegExp(`(?:^|; )(?:__(?:Host|Secure)-)?${session}=([0-9a-f]+)`));
  if (found) request.headers["x-csrf-token"] = found[1];
  return request;
}

// The page has its own heading, and a link within an operation's button could not be reached.
const ownFrame = () => ({
  // A form field that holds JSON is text. Swagger UI takes every field with a media type for a file.
  afterLoad() {
    const isFile = this.fn.isFileUploadIntended;
    this.fn.isFileUploadIntended = (schema, mediaType) =>
      schema?.get?.("contentMediaType") !== "application/json" && isFile(schema, mediaType);
  },
  // A body fits one media type only: another one starts with its own example.
  statePlugins: {
    oas3: {
      wrapSelectors: {
        hasUserEditedBody: () => () => false,
      },
    },
  },
  components: { InfoContainer: () => null, ServersContainer: () => null },
  wrapComponents: {
    DeepLink: (_, { React }) => ({ text }) => React.createElement("span", null, text),
  },
});

// Requests go to where this page came from, with its cookies, whatever the service's public URL is.
const shown = (document) => SwaggerUIBundle({
  spec: { ...document, servers: [{ url: ROOT || "/" }] },
  dom_id: "#content",
  layout: "BaseLayout",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  syntaxHighlight: { activated: false },
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [ownFrame],
  requestInterceptor: withCsrf,
});

fetch(`${ROOT}/openapi.json`).then((answer) => answer.json()).then(shown);
