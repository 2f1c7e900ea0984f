// The label of the service's own face swaps: whether a file may have it. The modules in Python
// read and write it; a canvas would lose it.

const NAMESPACE = "x-expunge:label";
const MARKS = [NAMESPACE, [...NAMESPACE].join("\0")]; // UTF-8 and UTF-16
const COMPRESSED = ["zTXt", "iTXt"]; // chunks of PNG, whose text may be compressed
const PIECE = 1 << 22;
const OVERLAP = 2 * NAMESPACE.length;

export async function mayBeLabelled(file) {
  const latin = new TextDecoder("latin1");
  for (let at = 0; at < file.size; at += PIECE) {
    const text = latin.decode(await file.slice(at, at + PIECE + OVERLAP).arrayBuffer());
    if ([...MARKS, ...COMPRESSED].some((mark) => text.includes(mark))) return true;
  }
  return false;
}
