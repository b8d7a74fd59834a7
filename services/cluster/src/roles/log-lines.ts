import { E, containedClock, systemClock } from '@periplus/prelude'
import { ensureLogStream, jetStreamLogStream, keepRetention } from '@periplus/log-stream'
import type { LogStream } from '@periplus/log-stream'
import { CannotGoOn } from '../home/say.ts'
import { logRetentions } from './log-retention.ts'
import type { ClusterProcess } from './process.ts'

/** The stream of containers' lines, made where it is not there, as nodes may write to it and not make it, and kept as namespaces say. */
export const keepLines = async ({ bus, cut, onBug, onStop }: ClusterProcess): Promise<LogStream> => {
  const made = await ensureLogStream(bus)
  if (E.isLeft(made)) throw new CannotGoOn(`the stream of containers' lines cannot be opened: ${made.left.message}`)
  const stream = jetStreamLogStream(bus)
  const retaining = new AbortController()
  void keepRetention({
    ...{ stream, clock: containedClock(systemClock, onBug), signal: retaining.signal },
    wanted: () => logRetentions(cut),
  }).catch(onBug)
  onStop({ name: 'retention of logs', stop: async () => retaining.abort() })
  return stream
}
