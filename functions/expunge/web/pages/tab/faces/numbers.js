// Arithmetic as Python has it.

// To the nearest whole number; halves to the even one.
export function round(value) {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export function rounded(value, digits) {
  const scale = 10 ** digits;
  return round(value * scale) / scale;
}
