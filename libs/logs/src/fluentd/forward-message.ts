import { createHash } from 'node:crypto'
import { ExtData, encode } from '@msgpack/msgpack'
import { isUtf8 } from 'node:buffer'
import { textOf } from '../document.ts'
import { lineId } from '../line.ts'
import type { LogLine } from '../line.ts'

const second = 1_000_000_000n

/** EventTime: extension type 0, seconds and nanoseconds as big-endian 32-bit numbers. */
const eventTime = (time: bigint): ExtData => {
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setUint32(0, Number(BigInt.asUintN(32, time / second)))
  bytes.setUint32(4, Number(time % second))
  return new ExtData(0, new Uint8Array(bytes.buffer))
}

/** In the words of Fluentd's Kubernetes filter. What is no UTF-8 is binary. */
const recordOf = (line: LogLine): Readonly<Record<string, unknown>> => {
  const { source, stream, number, bytes, fields } = line
  return {
    ...Object.fromEntries(fields ?? []),
    ...{ log: isUtf8(bytes) ? textOf(line) : bytes, stream, number },
    kubernetes: {
      ...{ namespace_name: source.namespace, pod_name: source.pod, pod_id: source.podUid, host: source.node },
      ...{ container_name: source.container, restart_count: source.restart, labels: source.labels ?? {} },
    },
  }
}

/** The name of a chunk, which its acknowledgement repeats; the same for the same lines. */
export const chunkOf = (lines: readonly LogLine[]): string => {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(`${lineId(line)}\n`)
  return hash.digest('base64').slice(0, 24)
}

/** Forward mode of the Forward Protocol, version 1: a tag, entries, and the chunk that is to be acknowledged. */
export const forwardMessage = (tag: string, lines: readonly LogLine[], chunk: string): Uint8Array =>
  encode([tag, lines.map(line => [eventTime(line.time), recordOf(line)]), { chunk, size: lines.length }])
