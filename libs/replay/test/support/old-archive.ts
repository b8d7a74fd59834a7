import { E, sha256 } from '@periplus/prelude'
import { archiveTo, memoryBlobs } from '@periplus/log'
import type { Blobs, CompactLog } from '@periplus/log'
import { right } from './history-on-nats.ts'

const padded = (sequence: number): string => String(sequence).padStart(16, '0')

/** As segments and states were written before they had parts: each one blob, which is what the one part of all kinds is now. */
export const oldArchiveTo =
  (archive: Blobs, snapshots: Blobs): NonNullable<CompactLog['archive']> =>
  async removed => {
    const parts = memoryBlobs()
    right(await archiveTo(parts, snapshots)(removed))
    const written = right(await parts.list())
    const copied = async (of: string, name: string, facts: Readonly<Record<string, string>>) => {
      const part = written.find(blob => blob.name.startsWith(`part-${of}`))
      if (!part) throw new Error(`${of} has no part`)
      return right(await archive.write(name, parts.read(part), () => facts))
    }
    const { blob } = removed.snapshot
    await copied('state', blob.name, blob.facts)
    const last = right(await archive.list()).findLast(({ name }) => name.startsWith('segment-'))
    const previous = last ? sha256([last.facts.previous, last.name, last.digest].join('\n')) : ''
    const name = `segment-${padded(removed.after)}-${padded(removed.upTo)}`
    const { digest } = await copied('segment', name, { previous })
    return E.right({ link: sha256([previous, name, digest].join('\n')) })
  }
