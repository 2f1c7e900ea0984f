// The state of the service at a glance: alarms, numbers, plots.

import { h } from "../design/dom.js";
import { admin, health } from "./api.js";
import { facts, heading, refresh, storageIsOff, tag } from "./parts.js";
import { runTimePlot, timelinePlot } from "./plots.js";

const RECENT = 100;

export async function showOverview() {
  const [well, watched, numbers] = await Promise.all([health(), admin("GET", "alarms"), statistics()]);
  return [heading("Overview", tag(well.status), refresh()), alarms(watched), ...numbers, about(well)];
}

/** Totals and plots; without storage there are none. */
async function statistics() {
  try {
    const paths = ["stats", "stats/timeline", `jobs?per_page=${RECENT}`];
    const [stats, timeline, jobs] = await Promise.all(paths.map((path) => admin("GET", path)));
    return [totals(stats), timelinePlot(timeline), runTimePlot(jobs.items)];
  } catch (problem) {
    if (problem.code !== "storage_disabled") throw problem;
    return [storageIsOff("Statistics")];
  }
}

function alarms({ alarms: all, provider_url: provider }) {
  const order = { alarm: 0, unknown: 1, ok: 2 };
  const sorted = all.toSorted((one, other) => order[one.state] - order[other.state]);
  const item = (alarm) => h("li", { class: alarm.state === "ok" ? "alarm" : "alarm raised" },
    tag(alarm.state), h("strong", {}, alarm.title),
    alarm.state !== "ok" && h("span", {}, alarm.detail),
    alarm.remedy && h("span", { class: "soft" }, alarm.remedy));
  return h("section", { class: "card" }, h("h2", {}, "Alarms"), h("ul", { class: "alarms" }, sorted.map(item)),
    provider && h("p", {}, h("a", { href: provider }, "Alarms in CloudWatch")));
}

function totals(stats) {
  const number = (name, value) => h("div", { class: "card total" }, h("span", { class: "soft" }, name), h("strong", {}, value.toLocaleString()));
  const methods = Object.entries(stats.jobs_by_method).filter(([name]) => name !== "faces");
  return h("section", { class: "totals", "aria-label": `Totals of the last ${stats.kept_hours} hours` },
    number(`Images in ${stats.kept_hours} h`, stats.total_images),
    number("Detections", stats.jobs_by_type.detect),
    number("Masks", stats.jobs_by_type.mask),
    methods.map(([method, n]) => number(method, n)));
}

function about(well) {
  const model = `${well.model}, ${well.model_loaded ? "installed" : "not installed"}`;
  const off = "off: set EXPUNGE_FACES_STORAGE=true";
  return h("section", { class: "card" }, h("h2", {}, "Service"),
    facts({ Version: well.version, Modes: well.modes.join(", "), "Face detector": model, "Storage of images": well.storage_enabled ? "on" : off }));
}
