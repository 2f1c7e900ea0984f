// File names and media types.

const TYPES = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp", avif: "image/avif", heic: "image/heic",
  heif: "image/heif", jxl: "image/jxl", gif: "image/gif", tif: "image/tiff", tiff: "image/tiff",
};

const FILMS = { mp4: "video/mp4", m4v: "video/mp4", mov: "video/quicktime", webm: "video/webm", mkv: "video/x-matroska", "3gp": "video/3gpp" };

const ALL = { ...TYPES, ...FILMS };

export const ACCEPTED = Object.values(TYPES);
export const ACCEPTED_FILMS = Object.values(FILMS);

/** The media type that a name says, for browsers that do not know the format. */
export const extensionType = (name) => ALL[ending(name)] || "application/octet-stream";

const ending = (name) => name.split(".").pop().toLowerCase();

export const isImage = (file) => file.type.startsWith("image/") || ending(file.name) in TYPES;

/** Whether a file, or an image of this page, is a video by its name. */
export const isVideo = ({ name }) => ending(name) in FILMS;

/** The name of a result: the file's own, with «-clean» or another word, and the extension of what it is now. */
export function resultName(name, type, word = "clean") {
  const [, stem, extension = ""] = name.match(/^(.*?)(\.[^.]*)?$/s);
  const same = !type || ALL[extension.slice(1).toLowerCase()] === type;
  return `${stem}-${word}${same ? extension : `.${Object.keys(ALL).find((one) => ALL[one] === type && one !== "jpeg") || "png"}`}`;
}

/** Names that differ, for files in one archive: a second «a.jpg» becomes «a (2).jpg». */
export function distinct(names) {
  const taken = new Set();
  return names.map((name) => {
    const [, stem, extension = ""] = name.match(/^(.*?)(\.[^.]*)?$/s);
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${stem} (${n})${extension}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** The name for an image at a URL. */
export function urlName(url) {
  const last = decodeURIComponent(new URL(url).pathname.split("/").pop() || "");
  return last && last.includes(".") ? last : `${last || new URL(url).hostname}.jpg`;
}
