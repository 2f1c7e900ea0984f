// The options that an image's request carries: the controls' and those chosen on the picture.

import { included } from "./faces.js";
import { sources, swapOptions } from "./swap.js";

export function requestOptions(item, { mode, options } = item.settings) {
  if (mode === "mask") return { ...options, ...included(item) };
  if (mode === "visible" && item.region) {
    const { x1, y1, x2, y2 } = item.region;
    const [x, y] = [Math.round(x1), Math.round(y1)];
    return { ...options, region: [x, y, Math.round(x2) - x, Math.round(y2) - y] };
  }
  if (mode === "swap") return { ...options, ...swapOptions(item) };
  return options;
}

/** Other images that go with the request, by name. */
export const requestSources = (item) => (item.settings.mode === "swap" ? sources(item) : {});
