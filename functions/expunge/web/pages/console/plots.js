// Plots by uPlot, in the colours of the page. Each has its numbers as a table beside it.

import { h } from "../design/dom.js";
import { table } from "./parts.js";

const HEIGHT = 220;
const uPlot = globalThis.uPlot;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Images by quarter of an hour: masks stacked on detections. */
export function timelinePlot({ slot_seconds: slot, points }) {
  const starts = points.map((point) => Date.parse(point.start) / 1000);
  const all = points.map((point) => point.detect + point.mask || null);
  const detections = points.map((point) => point.detect || null);
  const bars = uPlot.paths.bars({ size: [0.8, 24] });
  const options = () => ({
    scales: { x: { range: [starts[0] - slot, starts.at(-1) + slot] }, y: { range: (_, __, most) => [0, Math.max(most, 4)] } },
    axes: axes((ticks) => ticks.map((tick) => (Number.isInteger(tick) ? tick : ""))),
    series: [
      {},
      { label: "Mask", paths: bars, fill: colour("accent"), stroke: colour("accent"), points: { show: false }, value: (_, __, ___, i) => (i === null ? "–" : points[i].mask) },
      { label: "Detect", paths: bars, fill: colour("soft"), stroke: colour("soft"), points: { show: false } },
    ],
  });
  const hours = Map.groupBy(points.filter((point) => point.detect + point.mask), (point) => hour(point.start));
  const sum = (list, name) => list.reduce((total, point) => total + point[name], 0);
  const rows = [...hours].map(([name, list]) => [name, sum(list, "detect"), sum(list, "mask")]);
  return plotted("Images by quarter of an hour", options, [starts, all, detections], table("Images by hour", ["Hour", "Detect", "Mask"], rows));
}

/** The run times of the latest jobs. */
export function runTimePlot(jobs) {
  const done = jobs.filter((job) => job.total_ms !== null).toReversed();
  const times = done.map((job) => Date.parse(job.created_at) / 1000);
  const options = () => ({
    scales: { y: { range: (_, __, most) => [0, most * 1.1 || 1] } },
    axes: axes((ticks) => ticks.map((tick) => (tick < 1000 ? `${tick} ms` : `${tick / 1000} s`))),
    series: [
      {},
      { label: "Total ms", paths: () => null, stroke: colour("accent"), points: { show: true, size: 7, fill: colour("accent") } },
      { label: "Inference ms", paths: () => null, stroke: colour("soft"), points: { show: true, size: 5, fill: colour("soft") } },
    ],
  });
  const rows = done.map((job) => [new Date(job.created_at).toLocaleTimeString(), job.job_type, job.total_ms, job.inference_ms]);
  const data = [times, done.map((job) => job.total_ms), done.map((job) => job.inference_ms)];
  return plotted("Run time of the latest jobs", options, data, table("Run times", ["Created", "Type", "Total ms", "Inference ms"], rows));
}

const hour = (moment) => `${new Date(moment).toLocaleDateString()} ${String(new Date(moment).getHours()).padStart(2, "0")}:00`;

function axes(values) {
  const look = { stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line") } };
  return [look, { ...look, size: 64, values: (_, ticks) => values(ticks) }];
}

/** The plot is drawn again when its width or the colours change. */
function plotted(title, options, data, numbers) {
  const place = h("div", { class: "plot", role: "img", "aria-label": `${title}. The numbers are in the table below.` });
  let drawn;
  const draw = () => {
    drawn?.destroy();
    drawn = place.clientWidth ? new uPlot({ width: place.clientWidth, height: HEIGHT, ...options() }, data, place) : null;
  };
  new ResizeObserver(() => {
    if (drawn && place.clientWidth) drawn.setSize({ width: place.clientWidth, height: HEIGHT });
    else draw();
  }).observe(place);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => (place.isConnected ? draw() : scheme.removeEventListener("change", redraw));
  scheme.addEventListener("change", redraw);
  return h("section", { class: "card" }, h("h2", {}, title), place, h("details", {}, h("summary", {}, "As a table"), numbers));
}
