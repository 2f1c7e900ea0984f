// What a picture tells, in words: a report of `detect` as one sentence and four groups.

import { clock, list, sentence } from "../design/words.js";

const GROUPS = {
  private: ["Private", "Where, when and on what it was made, and what links it to you."],
  ai_provenance: ["AI", "What says that an AI tool made or changed it."],
  authorship: ["Credit", "Who made it and who owns it."],
  technical: ["Technical", "Camera settings and file details."],
};

/** `{ sentence, groups: [{ id, title, about, entries: [{ title, value, where, tool }] }], empty }`. */
export function told(report) {
  const groups = Object.entries(GROUPS).map(([id, [title, about]]) => ({
    id, title, about, entries: entries(report.findings.filter((one) => one.category === id)),
  })).filter((group) => group.entries.length);
  return { sentence: summary(report), groups, empty: groups.length === 0, omitted: report.findings_omitted };
}

function summary(report) {
  const value = (...whats) => report.findings.find((one) => whats.includes(one.what))?.value.trim();
  const place = coordinates(report.findings);
  const taken = moment(value("EXIF DateTimeOriginal", "EXIF DateTime", "XMP exif:DateTimeOriginal", "XMP xmp:CreateDate"));
  const { make, model, software } = report.metadata.exif;
  const device = camera(make, model);
  const edited = software || report.metadata.xmp.creator_tool;
  const parts = [place && `at ${place.text}`, device && `with ${/^[aeio]/i.test(device) ? "an" : "a"} ${device}`, taken && `on ${taken}`].filter(Boolean);
  const said = [parts.length ? `taken ${parts.join(" ")}` : "", edited ? `saved with ${edited}` : ""].filter(Boolean);
  const author = value("EXIF Artist", "IPTC Byline", "XMP dc:creator", "Text Author", "EXIF Copyright");
  if (author) said.push(`credited to ${author}`);
  const story = said.length ? `${sentence(said.join(", "))}.` : "";
  return [story, credentials(report.metadata.c2pa), ai(report)].filter(Boolean).join(" ");
}

const camera = (make, model) => (model && make && !model.toLowerCase().startsWith(make.split(" ")[0].toLowerCase()) ? `${make} ${model}` : model || make);

function credentials(c2pa) {
  if (!c2pa.present) return "";
  const signer = c2pa.manifest?.signer?.organisation || c2pa.claim_generators?.[0];
  const state = { valid: "The signature is valid.", expired: "The signature is valid, but its certificate has expired.", invalid: "The signature does not hold.", unverified: "The server can check the signature." }[c2pa.validity];
  const known = /^(trusted|expired)/.test(c2pa.trust || "") ? " The signer is on the C2PA trust list." : "";
  return `It carries Content Credentials${signer ? ` by ${signer.replace(/\.$/, "")}` : ""}. ${state || ""}${c2pa.validity === "invalid" ? "" : known}`.trim();
}

function ai(report) {
  if (report.own_label) return report.own_label.detail;
  const tools = [...new Set(report.findings.filter((one) => one.category === "ai_provenance" && one.tool).map((one) => one.tool))];
  if (tools.length) return `It names ${list(tools)} as the AI tool.`;
  return report.findings.some((one) => one.category === "ai_provenance") ? "It says that an AI tool took part." : "";
}

/** «43.4675° N, 11.8851° E»: from the degrees, minutes and seconds of EXIF, or from XMP. */
export function coordinates(findings) {
  const value = (name) => findings.find((one) => one.what === name)?.value.trim();
  const side = (name, letter) => {
    const text = value(`EXIF ${name}`) || value(`XMP exif:${name}`);
    const degrees = text?.replace(/[NSEW]$/i, "").split(/[\s,]+/).map(Number).reduce((sum, part, index) => sum + part / 60 ** index, 0);
    const towards = value(`EXIF ${name}Ref`) || text?.match(/[NSEW]$/i)?.[0] || letter;
    return text && Number.isFinite(degrees) ? `${degrees.toFixed(4)}° ${towards.toUpperCase()}` : null;
  };
  const [latitude, longitude] = [side("GPSLatitude", "N"), side("GPSLongitude", "E")];
  return latitude && longitude ? { text: `${latitude}, ${longitude}` } : null;
}

function moment(text) {
  const found = text?.match(/^(\d{4})[:-](\d\d)[:-](\d\d)(?:[T ](\d\d):(\d\d))?/);
  if (!found) return text || "";
  const [, year, month, day, hour = "0", minute = "0"] = found;
  const date = new Date(+year, month - 1, +day, +hour, +minute);
  return found[4] ? clock(date) : date.toLocaleDateString([], { dateStyle: "medium" });
}

/** One line for each finding; the parts of a position become one. */
function entries(findings) {
  const gps = findings.filter((one) => /^(EXIF |XMP exif:)GPS/.test(one.what));
  const rest = findings.filter((one) => !gps.includes(one)).map((one) => ({ title: title(one.what), value: one.value, where: one.where, tool: one.tool }));
  if (!gps.length) return rest;
  const parts = gps.map((one) => `${one.what.replace(/^.*GPS/, "")} ${one.value}`).join(", ");
  return [{ title: "Position (GPS)", value: coordinates(gps)?.text || parts, where: gps[0].where.replace(/\/[^/]*$/, ""), parts }, ...rest];
}

/** «EXIF DateTimeOriginal» as «Date time original (EXIF)»; abbreviations stay as they are. */
function title(what) {
  const [, format, field = ""] = what.match(/^(\S+)\s?(.*)$/s);
  const words = field.replace(/^[A-Za-z0-9]+:/, "").replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2").replace(/_/g, " ").split(" ");
  const said = words.map((word) => (/^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word)).join(" ");
  return !said || said.toLowerCase() === format.toLowerCase() ? format : `${sentence(said)} (${format})`;
}
