// Pixels: { data, width, height, channels }, rows of interleaved samples. Samples of images are
// in a Uint8ClampedArray, which rounds and clamps what is written, as OpenCV does.

export const raster = (data, width, height, channels) => ({ data, width, height, channels });

export const blank = (like, width, height) =>
  raster(new like.data.constructor(width * height * like.channels), width, height, like.channels);

// A rectangle of an image, as a copy.
export function cut(image, x, y, width, height) {
  const made = blank(image, width, height);
  const row = width * image.channels;
  for (let line = 0; line < height; line++) {
    const start = ((y + line) * image.width + x) * image.channels;
    made.data.set(image.data.subarray(start, start + row), line * row);
  }
  return made;
}

// Write an image over another one. What lies outside is dropped.
export function paste(target, image, x, y) {
  const left = Math.max(x, 0);
  const right = Math.min(x + image.width, target.width);
  const bottom = Math.min(y + image.height, target.height);
  if (left >= right) return;
  const { channels } = image;
  for (let line = Math.max(y, 0); line < bottom; line++) {
    const from = ((line - y) * image.width + left - x) * channels;
    const part = image.data.subarray(from, from + (right - left) * channels);
    target.data.set(part, (line * target.width + left) * channels);
  }
}

// Turned anticlockwise by quarter turns, as numpy.rot90 does.
export function turned(image, turns) {
  if (turns === 0) return image;
  const { width, height, channels } = image;
  const made = turns === 2 ? blank(image, width, height) : blank(image, height, width);
  const [start, across, down] = {
    1: [width - 1, width, -1],
    2: [width * height - 1, -1, -width],
    3: [(height - 1) * width, -width, 1],
  }[turns];
  let to = 0;
  for (let y = 0; y < made.height; y++) {
    for (let x = 0; x < made.width; x++) {
      const from = (start + x * across + y * down) * channels;
      for (let c = 0; c < channels; c++) made.data[to++] = image.data[from + c];
    }
  }
  return made;
}
