/** What a process shares with the thread that watches it: a count that its event loop raises, and text about what it does. */
export const sharedBytes = 512

const textOffset = 8

export interface SharedWords {
  /** Word 0: the beat. Word 1: bytes of text. */
  readonly words: Int32Array
  readonly text: Buffer
}

export const sharedWords = (shared: SharedArrayBuffer): SharedWords => ({
  words: new Int32Array(shared, 0, 2),
  text: Buffer.from(shared, textOffset),
})
