import { sha256 } from '@periplus/prelude'
import type { BlobInfo } from './blobs.ts'

const textOf = (blob: BlobInfo): string => JSON.stringify(blob)

/** What is said of a blob, as text that shows whether it is what was written. */
export const infoText = (blob: BlobInfo): string => JSON.stringify({ ...blob, check: sha256(textOf(blob)) })

const unreadable = (name: string): BlobInfo => ({ name, chunks: 0, bytes: 0, digest: 'unknown', facts: {} })

/**
 * What such a text says of the blob of a name, with what its adapter has added. Where it is not what was written, that there is a blob, of which
 * reading says that it is damaged: one that was not listed would be missed by nobody. A text without a check is an older one.
 */
export const infoIn = <A extends object>(name: string, text: string, nothing: A): BlobInfo & A => {
  const damaged = { ...unreadable(name), ...nothing }
  try {
    const { check, ...blob } = JSON.parse(text) as BlobInfo & A & { readonly check?: string }
    const isWhole = blob.name === name && (check === undefined || check === sha256(textOf(blob)))
    return isWhole ? (blob as unknown as BlobInfo & A) : damaged
  } catch {
    return damaged
  }
}
