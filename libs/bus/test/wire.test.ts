import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '../src/index.ts'
import { openWire } from '../src/wire/wire.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const deaf = { message: () => undefined, pause: () => undefined, lost: () => undefined }

/** Stands between clients and a server; connections can be cut one by one. */
const startProxy = async (port: number) => {
  const accepted: Socket[] = []
  const server = createServer(socket => {
    accepted.push(socket)
    const onward = connect(port, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    socket.on('error', () => undefined).on('close', () => onward.destroy())
    onward.on('error', () => undefined).on('close', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    accepted,
    servers: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      accepted.forEach(socket => socket.destroy())
      server.close()
    },
  }
}

describe('the connections of readers', () => {
  let nats: Temporary<LocalNats>
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
  })
  after(() => nats.dispose())

  it('are replaced where one breaks, without gaps or repetitions, and the bus’s own is not concerned', async () => {
    const proxy = await startProxy(nats.server.port)
    const { user, password } = nats.server
    const bus = right(await connectBus({ servers: proxy.servers, user, password, name: 'test' }))
    right(
      await bus.jetstream.ensure({
        ...{ name: 'CUT', subjects: ['CUT.>'], replicas: 1, maxAgeMilliseconds: 0, maxBytes: -1 },
        ...{ duplicateWindowMilliseconds: 120_000, rollup: false, denyDelete: false, durability: 'eventual' },
      }),
    )
    const data = Buffer.alloc(2_000, 'x')
    await Promise.all(
      Array.from({ length: 10_000 }, () => bus.jetstream.publish({ subject: 'CUT.a', headers: [], data })),
    )
    const statuses: string[] = []
    bus.onStatus(status => statuses.push(status))
    const read: number[] = []
    let cuts = 0
    for await (const batch of bus.jetstream.read({ stream: 'CUT', from: 1, to: 10_000 })) {
      read.push(...batch.map(({ sequence }) => sequence))
      if (read.length < 2_000 * (cuts + 1) || cuts === 3) continue
      cuts++
      proxy.accepted.slice(1).forEach(socket => socket.destroy())
    }
    assert.deepEqual(
      read,
      Array.from({ length: 10_000 }, (_, i) => i + 1),
    )
    assert.ok(proxy.accepted.length >= 1 + 1 + 3, `${proxy.accepted.length} connections`)
    assert.deepEqual(statuses, [])
    await bus.close()
    proxy.close()
  })

  it('go to the first server that answers', async () => {
    const { servers, user, password } = nats.server
    const wire = await openWire(
      { servers: ['127.0.0.1:1', `nats://${servers}`], user, password, name: 'test' },
      '_INBOX.test',
      deaf,
    )
    wire.close()
  })

  it('are refused with the server’s words, or for there being none', async () => {
    const { servers, user } = nats.server
    const stranger = openWire({ servers: [servers], user, password: 'wrong', name: 'test' }, '_INBOX.test', deaf)
    await assert.rejects(stranger, /Authorization Violation/)
    await assert.rejects(openWire({ servers: ['127.0.0.1:1'], name: 'test' }, '_INBOX.test', deaf), /ECONNREFUSED/)
  })

  it('end when what answers is no NATS server', async () => {
    const server = createServer(socket => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const servers = [`127.0.0.1:${(server.address() as AddressInfo).port}`]
    await assert.rejects(openWire({ servers, name: 'test' }, '_INBOX.test', deaf), /no NATS server/)
    server.close()
  })
})
