const prime = 0x01000193
const offset = 0x811c9dc5

/** UTF-8; nearly all texts that are hashed are ASCII, which needs no copy. */
const bytesOf = (text: string): Uint8Array | undefined => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return new TextEncoder().encode(text)
  return undefined
}

const folded = (text: string, basis: number, step: (hash: number, byte: number) => number): number => {
  const bytes = bytesOf(text)
  const length = bytes ? bytes.length : text.length
  let hash = basis
  for (let i = 0; i < length; i++) hash = step(hash, bytes ? (bytes[i] as number) : text.charCodeAt(i))
  return hash >>> 0
}

/** 32-bit FNV-1a of the text's UTF-8 (Go's `fnv.New32a`). Another basis gives another hash of the same text. */
export const fnv1a = (text: string, basis = offset): number =>
  folded(text, basis, (hash, byte) => Math.imul(hash ^ byte, prime))

/** 32-bit FNV-1 of the text's UTF-8 (Go's `fnv.New32`). */
export const fnv1 = (text: string): number => folded(text, offset, (hash, byte) => Math.imul(hash, prime) ^ byte)
