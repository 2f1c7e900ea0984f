// Faces in the tab: the service's own detector and masks. Nothing is sent.

import { TabError } from "./error.js";
import { CenterFace } from "./faces/centerface.js";
import { find } from "./faces/finding.js";
import { patches } from "./faces/masking.js";
import { rounded } from "./faces/numbers.js";
import { boxList, findOptions, maskStyle } from "./faces/options.js";
import { raster } from "./faces/raster.js";
import { serve, working } from "./worker.js";

const MAX_PIXELS = 50_000_000; // 200 MB, and as much again for a masked copy
const LANDMARKS = ["left_eye", "right_eye", "nose", "left_mouth", "right_mouth"];

serve(async (files) => {
  let detector = null; // masks need none
  return {
    async find(source, given) {
      const options = findOptions(given);
      const image = await decoded(source);
      detector ??= CenterFace.load(files);
      const found = await find(image, await detector, options, working);
      return { result: report(image, found, options) };
    },
    async patches(source, boxes, style) {
      const image = await decoded(source);
      const made = patches(image, boxList(boxes), maskStyle(style));
      const result = await Promise.all(made.map(async ({ x, y, image: patch }) =>
        ({ x, y, bitmap: await createImageBitmap(imageData(patch)) })));
      return { result, transfer: result.map(({ bitmap }) => bitmap) };
    },
    async mask(source, boxes, { type = "image/png", quality, ...style }) {
      const image = await decoded(source);
      const { width, height } = image;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.putImageData(imageData(image), 0, 0);
      const made = patches(image, boxList(boxes), maskStyle(style));
      for (const { x, y, image: patch } of made) context.putImageData(imageData(patch), x, y);
      const blob = await canvas.convertToBlob({ type, quality });
      const regions = made.map(({ x, y, image: patch }) => ({ x, y, width: patch.width, height: patch.height }));
      return { result: { blob, width, height, regions } };
    },
  };
});

const imageData = ({ data, width, height }) => new ImageData(data, width, height);

// The last image, which a slider asks for again and again.
let last = { id: null, image: null };

async function decoded({ id, file }) {
  if (last.id !== id) last = { id, image: await decode(file) };
  return last.image;
}

// The upright image, with its colours as the file has them.
async function decode(file) {
  const bitmap = await createImageBitmap(file, {
    imageOrientation: "from-image", colorSpaceConversion: "none", premultiplyAlpha: "none",
  }).catch(() => {
    throw new TabError("needs_server", "This browser cannot decode this image. Send it to the service.", true);
  });
  const { width, height } = bitmap;
  if (width * height > MAX_PIXELS) {
    const size = `${Math.round((width * height) / 1e6)} megapixels`;
    throw new TabError("needs_server", `This image has ${size}, too many for a browser tab. Send it to the service.`, true);
  }
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return raster(context.getImageData(0, 0, width, height).data, width, height, 4);
}

function report(image, found, options) {
  const { max_faces, min_size, ...used } = options;
  const fitting = found.faces
    .map((face, index) => ({ face, index }))
    .filter(({ face: { box } }) => Math.min(box[2] - box[0], box[3] - box[1]) >= min_size);
  const chosen = max_faces ? fitting.slice(0, max_faces) : fitting;
  return {
    width: image.width,
    height: image.height,
    model: "centerface",
    ...used,
    count: chosen.length,
    faces: chosen.map(described),
    candidates: { before_nms: found.candidates, after_nms: found.faces.length },
    passes: found.passes.map(({ scale, parts }) => ({ scale: rounded(scale, 6), parts: parts.length })),
  };
}

function described({ face: { box, score, points }, index }) {
  const [x1, y1, x2, y2] = box.map((value) => rounded(value, 2));
  const landmarks = Object.fromEntries(LANDMARKS.map((name, i) =>
    [name, { x: rounded(points[i][0], 2), y: rounded(points[i][1], 2) }]));
  return { index, box: { x1, y1, x2, y2 }, confidence: rounded(score, 4), landmarks };
}
