// File names and media types.

const TYPES = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp", avif: "image/avif", heic: "image/heic",
  heif: "image/heif", jxl: "image/jxl", gif: "image/gif", tif: "image/tiff", tiff: "image/tiff",
};

export const ACCEPTED = Object.values(TYPES);

/** The media type that a name says, for browsers that do not know the format. */
export const extensionType = (name) => TYPES[name.split(".").pop().toLowerCase()] || "application/octet-stream";

export const isImage = (file) => file.type.startsWith("image/") || file.name.split(".").pop().toLowerCase() in TYPES;

/** The name of a result: the file's own, with «-clean», and the extension of what it is now. */
export function resultName(name, type) {
  const [, stem, extension = ""] = name.match(/^(.*?)(\.[^.]*)?$/s);
  const same = !type || TYPES[extension.slice(1).toLowerCase()] === type;
  return `${stem}-clean${same ? extension : `.${Object.keys(TYPES).find((one) => TYPES[one] === type && one !== "jpeg") || "png"}`}`;
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
