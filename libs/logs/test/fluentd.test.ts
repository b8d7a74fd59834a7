import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { ExtData, decodeMultiStream, encode } from '@msgpack/msgpack'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { logBackendContract } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'

type Message = [
  tag: string,
  entries: [time: ExtData, record: Record<string, unknown>][],
  option: { chunk: string; size: number },
]

const lineIn = (record: Record<string, unknown>): ReceivedLine => {
  const kubernetes = record['kubernetes'] as Record<string, string>
  const log = record['log']
  return {
    ...{ namespace: kubernetes['namespace_name'] ?? '', pod: kubernetes['pod_name'] ?? '' },
    ...{
      container: kubernetes['container_name'] ?? '',
      number: Number(record['number']),
      stream: String(record['stream']),
    },
    message: log instanceof Uint8Array ? Buffer.from(log).toString('latin1') : String(log),
  }
}

/** An input of the Forward Protocol with acknowledgements, as Fluentd's is with `require_ack_response` on the other side. */
const forwardInput = async (): Promise<BackendHarness> => {
  const lines: ReceivedLine[] = []
  const sockets = new Set<Socket>()
  let silent = false
  let told = (): void => undefined
  const serve = async (socket: Socket): Promise<void> => {
    for await (const message of decodeMultiStream(socket)) {
      const [tag, entries, { chunk, size }] = message as Message
      assert.match(tag, /^kubernetes\.shop\./)
      assert.equal(entries.length, size)
      if (silent) continue
      for (const [time, record] of entries) {
        assert.ok(time instanceof ExtData && time.type === 0)
        lines.push(lineIn(record))
      }
      socket.write(encode({ ack: chunk }))
      told()
    }
  }
  const server = createServer(socket => {
    sockets.add(socket)
    serve(socket).catch(() => socket.destroy())
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    for (const socket of sockets) socket.destroy()
    const closed = once(server, 'close')
    server.close()
    await closed
  }
  const port = await listen(0)
  return {
    backend: builtInBackends.get('fluentd') as LogBackend,
    config: { host: '127.0.0.1', port },
    received: async atLeast => {
      while (lines.length < atLeast) await new Promise<void>(resolve => (told = resolve))
      return lines
    },
    faults: {
      away: stop,
      back: async () => void (await listen(port)),
      silent: async () => void (silent = true),
    },
    close: stop,
  }
}

logBackendContract(
  'Fluentd forward (recorder)',
  { network: true, keepsBytes: true, faults: ['away', 'back', 'silent'] },
  forwardInput,
)
