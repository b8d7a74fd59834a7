import { sharedTurn } from '@periplus/prelude'
import type { Sink } from '../http/reply.ts'
import type { WatchPlan } from './plan.ts'

/** Initial events are written in pieces of about this many bytes. */
const pieceBytes = 64 * 1024

/** What a watch begins with: its initial objects as ADDED, and the bookmark that ends them where one was asked for. */
export const sendInitial = async (
  { initial, framing, after, announceEnd }: WatchPlan,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> => {
  let piece: Uint8Array[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(piece)
    piece = []
    size = 0
    if (!sink.write(bytes)) await sink.drained(signal)
  }
  for (const [index, entry] of initial.entries()) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    const bytes = framing.frame('ADDED', framing.object(entry, index === 0))
    piece.push(bytes)
    size += bytes.length
    if (size >= pieceBytes) await flush()
    if (signal.aborted) return
  }
  if (announceEnd) piece.push(framing.frame('BOOKMARK', framing.bookmark(after, true)))
  if (piece.length > 0) await flush()
}
