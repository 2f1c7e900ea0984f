// Errors as sentences with a next step. The steps come from the service's own problem registry.

import { here } from "./root.js";
import { duration } from "./words.js";

/** What went wrong, what to do next, and whether trying again may help. */
export class Problem extends Error {
  constructor(message, { step = "", code = "", status = 0, retryable = false, errors = [], page = "" } = {}) {
    super(message);
    Object.assign(this, { step, code, status, retryable, errors, page });
  }
}

export const canceled = () => new Problem("You canceled this.", { code: "canceled", step: "Start it again whenever you like.", retryable: true });

/** A request that got no answer. */
export function unreachable() {
  return navigator.onLine
    ? new Problem("The server does not answer.", { code: "unreachable", retryable: true, step: "Check your connection, or try again in a moment. What runs on this device still works." })
    : new Problem("You are offline.", { code: "offline", retryable: true, step: "Your images are still here. Try again when you are back online." });
}

/** The problem of an answer that is not a success. */
export async function refusal(status, text, retryAfter) {
  const told = parsed(text);
  if (!told.code) return new Problem(`The server answered with HTTP status ${status}.`, { status, retryable: status >= 500, step: "Try again in a moment." });
  const known = (await registry())[told.code] || {};
  const wait = Number(retryAfter || told.retry_after);
  const said = told.detail || told.title;
  return new Problem(said, {
    status, code: told.code, retryable: Boolean(told.retryable), errors: told.errors || [], page: told.type,
    step: status === 429 ? opening(said, wait) : known.remedy || "",
  });
}

/** When a limit opens, and how to get more, unless the answer has said so. */
function opening(said, wait) {
  const opens = wait && !said.includes("again in") ? `It opens again in ${duration(wait)}. ` : "";
  return `${opens}${/sign in/i.test(said) ? "" : "Accounts have higher limits."}`;
}

let remedies;
function registry() {
  remedies ||= fetch(here("/problems.json")).then((answer) => answer.json()).catch(() => { remedies = null; return {}; });
  return remedies;
}

function parsed(text) {
  try {
    const told = JSON.parse(text);
    return typeof told.code === "string" ? told : { ...told, code: (told.type || "").split("/").pop() };
  } catch {
    return {};
  }
}
