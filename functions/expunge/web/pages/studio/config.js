// What this server offers, and the modes in words.

import { here } from "../design/root.js";

const page = JSON.parse(document.getElementById("config").textContent);

export const { maxBytes, maxVideoBytes, scopes, purposeRequired } = page;

/** What is configured beyond the modes: tasks, credits, payments, sign-in. Asked once; all off without an answer. */
let answer;
export function offers() {
  answer ||= fetch(here("/api/v1/config")).then((told) => (told.ok ? told.json() : {})).catch(() => { answer = null; return {}; });
  return answer;
}

/** What a person can have done, in the order of how little it changes. */
const ALL = {
  metadata: {
    label: "Metadata", action: "Remove metadata",
    about: "Takes out location, camera, author, history and AI labels. No pixel changes.",
    first: ["scope", "keep", "on_conflict"],
  },
  mask: {
    label: "Faces, text, codes", action: "Hide",
    about: "Finds faces, text, plates and codes, and hides the ones you choose.",
    first: ["method", "strength", "irreversible", "plan", "format"],
  },
  visible: {
    label: "AI marks", action: "Remove AI marks",
    about: "Removes the logos that AI tools print on their own pictures.",
    first: ["marks", "format"],
  },
  invisible: {
    label: "Watermarks", action: "Disturb watermarks",
    about: "Rebuilds the pixels so that watermarks of DWT-DCT, DWT-DCT-SVD and RivaGAN mostly no longer decode.",
    first: ["strength"],
  },
  all: {
    label: "All", action: "Remove everything",
    about: "AI marks first, then invisible watermarks, then metadata.",
    first: ["strength", "marks"],
  },
  swap: {
    label: "Swap a face", action: "Swap",
    about: "Puts the face of another picture in place of one in this picture. The result is labelled as synthetic.",
    first: ["enable_face_enhancer", "visible_label", "format"],
  },
};

export const MODES = Object.fromEntries(Object.entries(ALL).filter(([mode]) => page.modes.includes(mode)));

/** Options that a person has not chosen, where the server switched off what the defaults would do. */
export function initialOptions(mode) {
  if (scopes.includes("all")) return {};
  return { metadata: { scope: scopes[0] }, mask: { strip_metadata: false } }[mode] || {};
}
