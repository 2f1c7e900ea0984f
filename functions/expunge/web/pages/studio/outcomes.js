// One sentence about a finished run, by mode.

import { bytes, count, list } from "../design/words.js";

const ONES = { faces: ["face"], text: ["line of text", "lines of text"], plates: ["plate-like text"], codes: ["code"], regions: ["region"] };
const hidden = (report) => Object.entries(report.hidden || { faces: report.masked_count }).map(([kind, number]) => count(number, ...ONES[kind]));

const OUTCOMES = {
  metadata: (report) => (report.changed
    ? [`Removed ${count(report.removed_count, "item")} (${bytes(report.removed_bytes)}). No pixel changed.`,
      ...report.warnings.map((warning) => warning.detail)].join(" ")
    : "Nothing to remove: the file is unchanged."),
  visible: (report) => (report.changed
    ? `Removed ${list(report.marks.map((mark) => mark.name))}.`
    : `The file is unchanged: ${report.reason}.`),
  mask: (report) => (report.masked_count ? `Hid ${list(hidden(report))}.` : "Nothing was hidden: nothing was found or chosen."),
  swap: swapped,
  invisible: rebuilt,
  all: rebuilt,
};

const WARNINGS = {
  glasses: "glasses of the old face stay", beard: "a beard in one picture alone", small_face: "the face is small",
  mouth: "a mouth that is open in one picture alone", occluded: "something covers part of the face",
  several_faces: "the picture of the new face shows several, and the largest was used",
};

function swapped(report) {
  const warnings = [...new Set(report.swapped.flatMap((face) => face.warnings))].map((word) => WARNINGS[word] || word.replaceAll("_", " "));
  const look = warnings.length ? ` Look closely: ${list(warnings)}.` : "";
  return `Swapped ${count(report.swapped.length, "face")}.${look}`;
}

function rebuilt(report) {
  const marks = report.visible?.marks?.length ? `Removed ${list(report.visible.marks.map((mark) => mark.name))}. ` : "";
  return `${marks}Rebuilt the pixels. ${read(report.invisible?.decoded || [])}${report.invisible?.unknown || ""}`;
}

/** The invisible watermarks that could be read before or after. */
function read(decoded) {
  const known = decoded.filter((one) => one.before || one.after);
  return known.map((one) => `${one.after || one.before} (${one.scheme}) ${one.after ? "still decodes" : "no longer decodes"}. `).join("");
}

/** What writing a moving picture changed beside what was asked for. */
function noted(report) {
  const notes = report.moving?.notes || report.notes || [];
  return notes.length ? `Also: ${notes.join("; ")}.` : "";
}

export const outcome = (mode, report) => [OUTCOMES[mode](report), noted(report), report.own_label?.detail].filter(Boolean).join(" ");
