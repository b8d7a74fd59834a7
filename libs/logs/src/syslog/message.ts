import { nanoTimeText } from '@periplus/prelude'
import type { LogLine } from '../line.ts'

/** PRI's facility 16 to 23 are for local use (RFC 5424, 6.2.1). */
const severities = { stdout: 6, stderr: 3 } as const

/** A word of the header: printable ASCII without spaces, cut off at what the RFC allows. */
const word = (text: string, most: number): string => text.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-'

/** Microseconds: RFC 5424 knows no more. */
const stamp = (time: bigint): string => `${nanoTimeText(time).slice(0, -4)}Z`

const parameter = (name: string, value: string): string => `${name}="${value.replace(/["\\\]]/g, char => `\\${char}`)}"`

/** A private enterprise number is needed for names of one's own; 32473 is for documentation and examples (RFC 5612). */
const structured = ({ source, number, stream }: LogLine): string => {
  const { namespace, pod, podUid, container, node, restart } = source
  const parameters = [
    ...[parameter('namespace', namespace), parameter('pod', pod), parameter('uid', podUid)],
    ...[parameter('container', container), parameter('node', node), parameter('restart', String(restart))],
    ...[parameter('stream', stream), parameter('number', String(number))],
  ]
  return `[kubernetes@32473 ${parameters.join(' ')}]`
}

/** RFC 5424: HOSTNAME is the node, APP-NAME the pod, PROCID the container. What is no text that the RFC knows stays as it is. */
export const syslogMessage = (line: LogLine, facility: number): Buffer => {
  const { source, stream, time, bytes } = line
  const head = `<${facility * 8 + severities[stream]}>1 ${stamp(time)} ${word(source.node, 255)} ${word(source.pod, 48)} ${word(source.container, 128)} - ${structured(line)} `
  return Buffer.concat([Buffer.from(head), bytes])
}

/** Octet counting (RFC 6587, 3.4.1; RFC 5425), the only framing that keeps a message's newlines. */
export const framed = (message: Buffer): Buffer => Buffer.concat([Buffer.from(`${message.length} `), message])
