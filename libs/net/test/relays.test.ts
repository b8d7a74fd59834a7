import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { seededRandom, systemClock, virtualClock } from '@periplus/prelude'
import { clientsOf } from '../src/relay/clients.ts'
import { relaysHere } from '../src/index.ts'
import type { Relay, Relays, RelayTarget } from '../src/index.ts'

/** Of the loopback network, as services have them where pods are plain processes. */
const address = '127.77.0.5'
const open = (): Relays => relaysHere({ clock: systemClock, random: seededRandom(1) })

interface Answering {
  readonly target: RelayTarget
  readonly server: Server
  readonly sockets: Set<Socket>
}

/** Free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('relays', () => {
  let [port, otherPort] = [0, 0]
  before(async () => {
    ;[port, otherPort] = [await freePort(), await freePort()]
  })
  const closing: (() => unknown)[] = []
  const opened = (): Relays => {
    const relays = open()
    closing.push(() => relays.close())
    return relays
  }
  afterEach(async () => {
    await Promise.all(closing.splice(0).map(close => close()))
  })

  /** Says its name at once, and then what it is told, backwards. */
  const answering = async (name: string): Promise<Answering> => {
    const sockets = new Set<Socket>()
    const server = createServer({ allowHalfOpen: true }, socket => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      let heard = ''
      socket.on('data', chunk => (heard += String(chunk)))
      socket.on('end', () => socket.end(`${name} ${[...heard].reverse().join('')}`))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return { target: { ip: '127.0.0.1', port: (server.address() as AddressInfo).port }, server, sockets }
  }
  /** What is answered to a client that says something and ends its half; or how it failed. */
  const ask = (text: string, at = port): Promise<string> =>
    new Promise(resolve => {
      let answer = ''
      const socket = connect({ host: address, port: at, allowHalfOpen: true }, () => socket.end(text))
      socket.on('data', chunk => (answer += String(chunk)))
      socket.on('end', () => resolve(answer))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })
  const tcp = (...targets: readonly RelayTarget[]): Relay => ({ protocol: 'TCP', address, port, targets })

  it('hand connections on, each half until it ends, to one of the targets each', async () => {
    const [a, b] = [await answering('a'), await answering('b')]
    const relays = opened()
    assert.deepEqual(await relays.apply([tcp(a.target, b.target)]), [])
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('abc')))
    assert.deepEqual([...new Set(answers)].sort(), ['a cba', 'b cba'])
  })

  it('refuse at once where nobody is, or is any more', async () => {
    const a = await answering('a')
    const relays = opened()
    await relays.apply([tcp()])
    assert.equal(await ask('x'), 'ECONNREFUSED')
    await relays.apply([tcp(a.target)])
    assert.equal(await ask('x'), 'a x')
    await relays.apply([])
    assert.equal(await ask('x'), 'ECONNREFUSED')
  })

  it('go past a target that cannot be reached, and reset where none can', async () => {
    const [gone, there] = [await answering('gone'), await answering('there')]
    gone.server.close()
    const relays = opened()
    await relays.apply([tcp(gone.target, there.target), { ...tcp(gone.target), port: otherPort }])
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('x')))
    assert.deepEqual([...new Set(answers)], ['there x'])
    assert.equal(await ask('x', otherPort), 'ECONNRESET')
  })

  it('keep what was begun when targets change, and give them nothing new', async () => {
    const [a, b] = [await answering('a'), await answering('b')]
    const relays = opened()
    await relays.apply([tcp(a.target)])
    const begun = connect({ host: address, port, allowHalfOpen: true })
    begun.write('12')
    await once(a.server, 'connection')
    await relays.apply([tcp(b.target)])
    assert.equal(await ask('x'), 'b x')
    const answer = once(begun, 'data')
    begun.end('3')
    assert.deepEqual((await answer).map(String), ['a 321'])
  })

  it('end a connection whose other side is reset', async () => {
    const a = await answering('a')
    const relays = opened()
    await relays.apply([tcp(a.target)])
    const client = connect(port, address)
    const failed = once(client, 'error')
    await once(a.server, 'connection')
    for (const socket of a.sockets) socket.resetAndDestroy()
    assert.equal(((await failed)[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
  })

  it('say where they cannot listen, and listen there once they can: as the next to take over does', async () => {
    const a = await answering('a')
    const [first, second] = [opened(), opened()]
    const wanted = tcp(a.target)
    await first.apply([wanted])
    assert.deepEqual(await second.apply([wanted]), [{ relay: wanted, reason: 'EADDRINUSE' }])
    await first.close()
    assert.deepEqual(await second.apply([wanted]), [])
    assert.equal(await ask('x'), 'a x')
  })

  it('hand datagrams on and their answers back, and go elsewhere when their target is none any more', async () => {
    const echo = async (name: string): Promise<RelayTarget> => {
      const socket = createSocket('udp4')
      socket.on('message', (datagram, from) => socket.send(`${name} ${datagram}`, from.port, from.address))
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      closing.push(() => socket.close())
      return { ip: '127.0.0.1', port: socket.address().port }
    }
    const [a, b] = [await echo('a'), await echo('b')]
    const relays = opened()
    const udp = (...targets: readonly RelayTarget[]): Relay => ({ protocol: 'UDP', address, port, targets })
    const client = createSocket('udp4')
    closing.push(() => client.close())
    const asked = async (text: string): Promise<string> => {
      const answer = once(client, 'message')
      client.send(text, port, address)
      return String((await answer)[0])
    }
    assert.deepEqual(await relays.apply([udp(a)]), [])
    assert.equal(await asked('1'), 'a 1')
    await relays.apply([udp(a, b)])
    for (const text of ['2', '3', '4', '5']) assert.equal(await asked(text), `a ${text}`)
    await relays.apply([udp(b)])
    assert.equal(await asked('6'), 'b 6')
  })

  it('outlive a target to which there is no way', async () => {
    const [echo, client] = [createSocket('udp4'), createSocket('udp4')]
    closing.push(
      () => echo.close(),
      () => client.close(),
    )
    echo.on('message', (datagram, from) => echo.send(datagram, from.port, from.address))
    echo.bind(0, '127.0.0.1')
    await once(echo, 'listening')
    const relays = opened()
    const udp = (at: number, target: RelayTarget): Relay => ({ protocol: 'UDP', address, port: at, targets: [target] })
    // The kernel refuses to connect to where all would hear it.
    const nowhere = { ip: '255.255.255.255', port: 53 }
    assert.deepEqual(
      await relays.apply([udp(port, nowhere), udp(otherPort, { ip: '127.0.0.1', port: echo.address().port })]),
      [],
    )
    client.send('lost', port, address)
    const answer = once(client, 'message')
    client.send('found', otherPort, address)
    assert.equal(String((await answer)[0]), 'found')
  })
})

describe('the clients of a relay', () => {
  const targets = [1, 2, 3, 4].map(n => ({ ip: `10.0.0.${n}`, port: 80 }))
  const first = (found: readonly RelayTarget[]): string | undefined => found[0]?.ip

  it('stay with their target for as long as affinity lasts, whoever else comes', () => {
    const clock = virtualClock(0)
    const clients = clientsOf(clock, seededRandom(1))
    const two = targets.slice(0, 2)
    const chosen = first(clients('10.1.1.1', two, 60))
    assert.ok(chosen)
    const more = [...targets.slice(2), ...two]
    assert.equal(first(clients('10.1.1.1', more, 60)), chosen)
    assert.deepEqual(
      new Set(clients('10.1.1.1', more, 60)),
      new Set(more),
      'the others are tried should that one be away',
    )
    const without = more.filter(({ ip }) => ip !== chosen)
    assert.notEqual(first(clients('10.1.1.1', without, 60)), chosen)
  })

  it('have the same target again after a restart, and are spread', () => {
    const names = Array.from({ length: 200 }, (_, n) => `10.1.0.${n}`)
    const firsts = (): readonly (string | undefined)[] => {
      const clients = clientsOf(virtualClock(0), seededRandom(7))
      return names.map(name => first(clients(name, targets, 60)))
    }
    assert.deepEqual(firsts(), firsts())
    for (const { ip } of targets) assert.ok(firsts().filter(one => one === ip).length > 20, ip)
  })

  it('go anywhere without affinity, and nowhere without targets', () => {
    const clients = clientsOf(virtualClock(0), seededRandom(1))
    const found = new Set(Array.from({ length: 100 }, () => first(clients('10.1.1.1', targets))))
    assert.equal(found.size, 4)
    assert.deepEqual(clients('10.1.1.1', [], 60), [])
  })
})
