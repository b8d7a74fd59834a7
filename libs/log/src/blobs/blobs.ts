import type { Either } from '@periplus/prelude'

/** A blob that is whole. */
export interface BlobInfo {
  /** Letters, digits, dots and dashes. */
  readonly name: string
  readonly chunks: number
  readonly bytes: number
  /** SHA-256 of all of it, in hexadecimal. */
  readonly digest: string
  /** What its writer said of it. */
  readonly facts: Readonly<Record<string, string>>
}

/** Where blobs are kept cannot be reached, or takes nothing. */
export interface BlobsUnavailable {
  readonly tag: 'Unavailable'
  readonly message: string
}

/** A blob is not what was written: a chunk is absent or another one. */
export class DamagedBlob extends Error {
  override readonly name = 'DamagedBlob'
}

/** What a writer adds once it has written all chunks. */
export type FactsOf = () => Readonly<Record<string, string>>

/**
 * Named blobs, each a sequence of chunks, whole or not there: what was begun and not ended is never seen, and is removed by `sweep`.
 * Adapters: JetStream's object store, a directory, and in memory, held to one contract suite (`blobsContract`).
 */
export interface Blobs {
  /** By name. */
  list(): Promise<Either<BlobsUnavailable, readonly BlobInfo[]>>
  /** All chunks, in order. Throws `DamagedBlob` at the latest after the last one, and what else goes wrong. */
  read(blob: BlobInfo): AsyncIterable<Uint8Array>
  /** One chunk, counted from 0. Its reader has to see itself whether it is the one that was written. */
  chunk(blob: BlobInfo, index: number): Promise<Either<BlobsUnavailable, Uint8Array | undefined>>
  /** In the place of what had that name. What `chunks` throws is thrown, and nothing is written. */
  write(name: string, chunks: AsyncIterable<Uint8Array>, facts?: FactsOf): Promise<Either<BlobsUnavailable, BlobInfo>>
  /** Fine where there is none. */
  remove(name: string): Promise<Either<BlobsUnavailable, void>>
  /** Removes what others have begun and not ended. For who alone writes here. */
  sweep(): Promise<Either<BlobsUnavailable, void>>
}
