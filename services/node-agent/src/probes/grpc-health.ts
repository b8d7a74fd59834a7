import { connect } from 'node:http2'
import type { Clock } from '@periplus/prelude'
import type { ProbeAnswer } from './answer.ts'

const path = '/grpc.health.v1.Health/Check'
const serving = 1
/** A health answer has two bytes; whoever sends more than this sends something else. */
const longestAnswer = 64 * 1024
const statusNames: Readonly<Record<number, string>> = {
  0: 'UNKNOWN',
  1: 'SERVING',
  2: 'NOT_SERVING',
  3: 'SERVICE_UNKNOWN',
}

/** The gRPC health check (grpc.health.v1), spoken directly: one unary call of one string and one enum. */
export const grpcHealth = (
  clock: Clock,
  host: string,
  port: number,
  service: string,
  timeout: number,
): Promise<ProbeAnswer> =>
  new Promise(resolve => {
    const where = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const session = connect(`http://${where}`)
    const cancel = clock.after(timeout, () =>
      done({ tag: 'failure', text: `timeout: failed to connect service "${where}" within ${timeout / 1000}s` }),
    )
    const done = (answer: ProbeAnswer): void => {
      cancel()
      session.destroy()
      resolve(answer)
    }
    const unreachable = (): void =>
      done({ tag: 'failure', text: `error: this server does not answer the grpc health check at "${where}"` })
    session.on('error', unreachable)
    const call = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'kube-probe/1.35',
    })
    const chunks: Buffer[] = []
    let size = 0
    // A server that never says how the call ended has not answered it.
    let grpcStatus: number | undefined
    const readStatus = (headers: Record<string, unknown>): void => {
      const status = headers['grpc-status']
      if (status !== undefined) grpcStatus = Number(status)
    }
    call.on('response', readStatus)
    call.on('trailers', readStatus)
    call.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > longestAnswer) unreachable()
    })
    call.on('error', unreachable)
    call.on('end', () => {
      if (grpcStatus === 12)
        return done({
          tag: 'failure',
          text: `error: this server does not implement the grpc health protocol (grpc.health.v1.Health)`,
        })
      if (grpcStatus !== 0)
        return done({ tag: 'failure', text: `error: health rpc probe failed: code = ${grpcStatus ?? 'Unknown'}` })
      const status = statusOf(Buffer.concat(chunks))
      return status === serving
        ? done({ tag: 'success', text: `service healthy` })
        : done({ tag: 'failure', text: `service unhealthy (responded with "${statusNames[status] ?? status}")` })
    })
    call.end(request(service))
  })

/** A gRPC frame around `HealthCheckRequest { string service = 1 }`. */
const request = (service: string): Buffer => {
  const name = Buffer.from(service)
  const body = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name])
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(body.length, 1)
  return Buffer.concat([frame, body])
}

const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]

/** The only field of `HealthCheckResponse`: an enum in field 1; absent is 0. */
const statusOf = (frame: Buffer): number => (frame[5] === 0x08 ? (frame[6] ?? 0) : 0)
