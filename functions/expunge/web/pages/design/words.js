// Numbers, sizes and times in words, in the reader's own way to write them.

export const bytes = (n) => {
  if (n < 1000) return `${n} bytes`;
  return n < 1e6 ? `${(n / 1e3).toFixed(1)} kB` : `${(n / 1e6).toFixed(1)} MB`;
};

export const count = (n, one, many = `${one}s`) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

/** Seconds as «37 minutes»: the largest unit, rounded up, so that the wait is never too short. */
export function duration(seconds) {
  if (seconds < 90) return count(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds < 5400) return count(Math.ceil(seconds / 60), "minute");
  return seconds < 129600 ? count(Math.ceil(seconds / 3600), "hour") : count(Math.ceil(seconds / 86400), "day");
}

export const clock = (moment) => new Date(moment).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

export const list = (words) => new Intl.ListFormat("en").format(words);

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
