// Moving pictures: what can be done with them here, and what plays where.

import { h } from "../design/dom.js";
import { isVideo } from "./names.js";

/** Whether a mode takes videos. */
export const ofFilms = (mode) => ["metadata", "mask", "swap"].includes(mode);

const isGif = ({ name }) => /\.gif$/i.test(name);
const OF_VIDEOS = ["keep_audio", "codec"];
const OF_TIME = ["reference_frame_time_seconds", "search_every"];

/** The options that have no effect on this image. */
export function unfit(item) {
  if (isVideo(item)) return ["format"];
  return isGif(item) ? OF_VIDEOS : [...OF_VIDEOS, ...OF_TIME];
}

const PLAYS = [
  ["VP9", "Chrome, Edge, Firefox, Android, VLC. Not on iPhone and iPad, and not in QuickTime."],
  ["AV1", "New browsers and devices; iPhone from 15 Pro on. Slow to make."],
  ["H264", "Everywhere, where this server's operator allows it."],
];

/** What plays where, for a moving picture; nothing for a still one. */
export function plays(item) {
  if (isGif(item)) return h("p", { class: "hint" }, "An animation keeps its times and its loop, and plays wherever it plays now.");
  if (!isVideo(item)) return null;
  return h("details", {}, h("summary", {}, "What plays where"), h("dl", { class: "plays" }, ...PLAYS.flatMap(([codec, where]) => [h("dt", {}, codec), h("dd", {}, where)])));
}
