// The console: signs in, and shows the view that the address names, as in #jobs?method=solid.

import { $ } from "../design/dom.js";
import { toast } from "../design/dialog.js";
import { admin } from "./api.js";
import { failure, storageIsOff } from "./parts.js";
import { showImages } from "./images.js";
import { showJobs } from "./jobs.js";
import { showKeys } from "./keys.js";
import { showOverview } from "./overview.js";
import { showQueues } from "./queues.js";
import { showTest } from "./test.js";

const VIEWS = { overview: showOverview, images: showImages, jobs: showJobs, queues: showQueues, keys: showKeys, test: showTest };

let turn = 0;
let place = "#overview";
/** Show the view of the address. A slower answer for an earlier address is dropped. */
async function show() {
  if (Object.hasOwn(VIEWS, location.hash.slice(1).split("?")[0])) place = location.hash;
  const [name, query = ""] = place.slice(1).split("?");
  const mine = turn += 1;
  for (const link of document.querySelectorAll("#views a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("#view").setAttribute("aria-busy", "true");
  const content = await VIEWS[name](new URLSearchParams(query)).catch((problem) => told(problem, name));
  if (mine !== turn || !content) return;
  $("#view").replaceChildren(...content);
  $("#view").setAttribute("aria-busy", "false");
  document.title = `${$("#view h1").textContent} · Console · expunge`;
}

/** What to show in place of a view that failed. */
function told(problem, name) {
  if (problem.code === "admin_required") return signedOut();
  const title = $(`#views a[href="#${name}"]`).textContent;
  const head = Object.assign(document.createElement("h1"), { textContent: title });
  return [head, problem.code === "storage_disabled" ? storageIsOff(title) : failure(problem)];
}

function signedOut() {
  for (const id of ["views", "view", "signed-in"]) $(`#${id}`).hidden = true;
  $("#sign-in").hidden = false;
  $("#view").replaceChildren();
  document.title = "Console · expunge";
  $("#password").focus();
}

function signedIn({ username }) {
  $("#sign-in").hidden = true;
  for (const id of ["views", "view", "signed-in"]) $(`#${id}`).hidden = false;
  $("#who").textContent = username;
  return show();
}

$("#sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(event.target));
  try {
    await admin("POST", "auth/login", { body });
    $("#refused").replaceChildren();
    $("#password").value = "";
    await signedIn(body);
    $("#content").focus();
  } catch (problem) {
    $("#refused").replaceChildren(failure(problem));
  }
});
$("#sign-out").addEventListener("click", () => admin("POST", "auth/logout").then(signedOut, (problem) => toast(problem.message)));
addEventListener("hashchange", ({ oldURL, newURL }) => {
  // Going elsewhere leaves what was open; «Refresh» has no address.
  if (oldURL !== newURL) for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  if (!$("#view").hidden) show();
});
admin("GET", "auth/session").then(signedIn, (problem) => {
  signedOut();
  if (problem.code !== "admin_required") $("#refused").replaceChildren(failure(problem));
});
