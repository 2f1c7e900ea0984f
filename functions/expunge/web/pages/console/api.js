// The administrator's API, and the schemas that the service itself tells.

import { ask } from "../design/ask.js";
import { here } from "../design/root.js";

const ADMIN = "/api/v1/admin/";

/** Call a route below /api/v1/admin with the session's CSRF token. */
export function admin(method, path, options = {}) {
  const found = document.cookie.match(/(?:^|; )(?:__(?:Host|Secure)-)?expunge_admin_csrf=([0-9a-f]+)/);
  const token = found ? { "x-csrf-token": found[1] } : {};
  return ask(method, ADMIN + path, { ...options, headers: { ...token, ...options.headers } });
}

export const health = () => fetch(here("/health")).then((answer) => answer.json());

export const originalOf = (imageId) => here(`${ADMIN}images/${imageId}/download`);
export const resultOf = (jobId) => here(`${ADMIN}jobs/${jobId}/download`);

let document_;
/** The query parameters of an operation, from the OpenAPI document. */
export async function parametersOf(operationId) {
  document_ ||= ask("GET", "/openapi.json");
  const operations = Object.values((await document_).paths).flatMap(Object.values);
  const found = operations.find((operation) => operation.operationId === operationId);
  return found.parameters.filter((parameter) => parameter.in === "query");
}

/** The choices of a parameter's schema; undefined for a free value. */
export const choicesOf = (schema) => schema.enum || (schema.anyOf || []).find((one) => one.enum)?.enum;
