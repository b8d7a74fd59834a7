import assert from 'node:assert/strict'
import { once } from 'node:events'
import { jetStreamLogStream } from '@periplus/log-stream'
import type { LogRecord } from '@periplus/log-stream'
import { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { boundPod, nodeName } from '../agent/world.ts'
import { realWorld, right } from './world.ts'
import type { RealWorld } from './world.ts'

const script =
  'echo one; echo two >&2; trap "exit 0" TERM; while read line; do echo "got $line"; done; while :; do sleep 0.1; done'
const shell = { stdin: true, stdout: true, stderr: true, tty: false }

describe('reaching containers over NATS', function () {
  this.timeout(120_000)
  let world: RealWorld
  let pod: Pod
  before(async function () {
    this.timeout(300_000)
    world = await realWorld()
    const main = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], stdin: true }
    const web = { name: 'web', image: 'nginx:1.7.9' }
    // As `kubectl run -it` makes it.
    const interactive = { stdin: true, stdinOnce: true, tty: true }
    const term = { name: 'term', image: 'busybox:1.36', command: ['sh', '-c', script], ...interactive }
    await world.create(Pod, boundPod('reached', { containers: [main, web, term] }))
    pod = await world.until(
      'reached',
      each => each.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') ?? false,
    )
  })
  after(() => world.close())
  const target = () => ({ pod: world.address(pod), container: 'main' })

  it('runs a command with its input, outputs and exit code', async () => {
    const stream = right(
      await world.streams.exec(nodeName, {
        ...target(),
        ...shell,
        command: ['sh', '-c', 'cat; echo oops >&2; exit 7'],
      }),
    )
    let out = ''
    let err = ''
    stream.stdout?.on('data', chunk => (out += String(chunk)))
    stream.stderr?.on('data', chunk => (err += String(chunk)))
    stream.stdin?.end('hello\n')
    assert.deepEqual(right(await stream.exit), { exitCode: 7 })
    assert.deepEqual([out, err], ['hello\n', 'oops\n'])
  })

  it('gives a terminal of the size that is asked for', async () => {
    const request = {
      ...target(),
      ...shell,
      tty: true,
      command: ['sh', '-c', 'until stty size 2>/dev/null | grep -q 33; do sleep 0.1; done; stty size'],
    }
    const stream = right(await world.streams.exec(nodeName, request))
    let out = ''
    stream.stdout?.on('data', chunk => (out += String(chunk)))
    stream.resize(90, 33)
    assert.deepEqual(right(await stream.exit), { exitCode: 0 })
    assert.match(out, /33 90/)
  })

  it('attaches to what already runs', async () => {
    const stream = right(await world.streams.attach(nodeName, { ...target(), ...shell }))
    stream.stdin?.write('you\n')
    const [chunk] = (await once(stream.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    assert.equal(chunk.toString(), 'got you\n')
    stream.close()
  })

  it('attaches to a terminal also for a client that has none, and lets it go when its input has ended', async () => {
    const stream = right(await world.streams.attach(nodeName, { ...target(), container: 'term', ...shell }))
    stream.stdin?.end('you\n')
    stream.stdout?.resume()
    stream.stderr?.resume()
    await stream.exit
  })

  it('forwards a port', async () => {
    const connection = right(await world.streams.portForward(nodeName, { pod: world.address(pod), port: 80 }))
    connection.write('GET / HTTP/1.0\r\n\r\n')
    let answer = ''
    for await (const chunk of connection) answer += String(chunk)
    assert.match(answer, /^HTTP\/1\.\d 200/)
  })

  it('says why a port does not answer where nobody listens', async () => {
    const connection = right(await world.streams.portForward(nodeName, { pod: world.address(pod), port: 99 }))
    const [error] = (await once(
      connection.on('data', () => undefined),
      'error',
    )) as [Error]
    assert.match(error.message, /99.*connection refused/s)
  })

  it('filters a log by stream', async () => {
    const request = { ...target(), follow: false, previous: false, timestamps: false }
    const read = async (stream: 'Stdout' | 'Stderr', timestamps = false): Promise<string> => {
      let text = ''
      const bytes = right(
        await world.streams.logs(nodeName, { ...request, stream, timestamps }, new AbortController().signal),
      )
      for await (const chunk of bytes) text += Buffer.from(chunk).toString()
      return text
    }
    assert.equal(await read('Stderr'), 'two\n')
    assert.match(await read('Stdout'), /^one\n/)
    assert.match(await read('Stderr', true), /^\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d) two\n$/)
  })

  it('refuses in the words of the kubelet', async () => {
    const request = { ...target(), follow: false, previous: true, timestamps: false, stream: 'All' as const }
    const { signal } = new AbortController()
    assert.deepEqual(
      await world.streams.logs(nodeName, request, signal),
      E.left({ tag: 'BadRequest', message: 'previous terminated container "main" in pod "reached" not found' }),
    )
    assert.deepEqual(
      await world.streams.exec(nodeName, { ...target(), ...shell, container: 'nope', command: ['true'] }),
      E.left({ tag: 'NotFound', message: 'container not found ("nope")' }),
    )
    assert.deepEqual(
      await world.streams.logs('no-such-node', request, signal),
      E.left({ tag: 'Unavailable', message: 'node no-such-node is not connected' }),
    )
  })

  it('ships every line to the LOGS stream', async () => {
    const lines: LogRecord[] = []
    const scope = { namespace: 'default', pod: 'reached', container: 'main' }
    for await (const { records } of jetStreamLogStream(world.bus).read({ scope, follow: true })) {
      lines.push(...records)
      if (lines.length >= 2) break
    }
    const text = ({ bytes }: LogRecord): string => Buffer.from(bytes).toString()
    const byLine = lines
      .filter(line => text(line) === 'one' || text(line) === 'two')
      .sort((a, b) => text(a).localeCompare(text(b)))
    assert.deepEqual(
      byLine.map(line => [line.pod, line.container, line.restart, line.stream, text(line)]),
      [
        ['reached', 'main', 0, 'stdout', 'one'],
        ['reached', 'main', 0, 'stderr', 'two'],
      ],
    )
  })
})
