import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough, Transform } from 'node:stream'
import { WebSocket } from 'ws'
import { E } from '@periplus/prelude'
import { decodeNodeRequest } from '@periplus/runtime'
import type { ContainerStream, NodeClient } from '@periplus/runtime'
import { nodeStreamsOver } from '../src/index.ts'
import { clientOf } from './client.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const pods = '/api/v1/namespaces/default/pods'

/** Stands for a node: a command says what it is told in capitals, `false` fails, a log has two lines, and port 80 answers in capitals. */
const node = (): NodeClient => {
  const run = (command: readonly string[]): ContainerStream => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    let said = ''
    stdin.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const exit = new Promise<{ readonly exitCode: number }>(resolve => {
      const end = (): void => {
        stdout.end(said.toUpperCase())
        stderr.end()
        resolve({ exitCode: command[0] === 'false' ? 1 : 0 })
      }
      stdin.on('data', () => said.endsWith('\n') && end())
      if (command[0] === 'false') end()
    })
    return { stdin, stdout, stderr, resize: () => undefined, exit: exit.then(E.right), close: () => undefined }
  }
  return {
    exec: async (_node, { command }) => E.right(run(command)),
    attach: async () => E.right(run([])),
    logs: async (_node, request) =>
      // A node reads what it is asked with the same eyes.
      E.map(async function* () {
        for (const line of ['one\n', 'two\n']) yield Buffer.from(line)
      })(decodeNodeRequest({ tag: 'Logs', ...request })),
    portForward: async (_node, { port }) =>
      port === 80
        ? E.right(
            new Transform({
              transform: (chunk: Buffer, _encoding, done) => done(null, chunk.toString().toUpperCase()),
            }),
          )
        : E.left({ tag: 'Failed', message: `nothing listens at ${port}` }),
    connect: async () => E.left({ tag: 'Unsupported', message: 'no ports here' }),
    api: async () => E.left({ tag: 'Unsupported', message: 'no node here' }),
  }
}

describe('over a WebSocket', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ streams: nodeStreamsOver(node()) })
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    const spec = { nodeName: 'one', containers: [{ name: 'c', image: 'i' }] }
    assert.equal((await client.post(pods, { metadata: { name: 'web' }, spec })).status, 201)
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  interface Heard {
    readonly protocol: string
    readonly messages: readonly { readonly text: string; readonly isBinary: boolean }[]
  }

  const heard = async (path: string, protocols: readonly string[], says?: string | Buffer): Promise<Heard> => {
    const socket = new WebSocket(`${server.url.replace('https', 'wss')}${pods}/web/${path}`, [...protocols], {
      ca: server.ca,
    })
    const messages: { text: string; isBinary: boolean }[] = []
    socket.on('message', (data: Buffer, isBinary) => messages.push({ text: data.toString('latin1'), isBinary }))
    await once(socket, 'open')
    if (says !== undefined) socket.send(says)
    await once(socket, 'close')
    return { protocol: socket.protocol, messages }
  }
  /** All of a channel together, read as the protocol has it. */
  const channel = ({ messages }: Heard, number: number, base64: boolean): string =>
    messages
      .filter(({ text }) => (base64 ? text[0] === String(number) : text.charCodeAt(0) === number))
      .map(({ text }) => (base64 ? Buffer.from(text.slice(1), 'base64').toString() : text.slice(1)))
      .join('')

  for (const [protocol, base64, asStatus] of [
    ['v5.channel.k8s.io', false, true],
    ['v4.channel.k8s.io', false, true],
    ['v4.base64.channel.k8s.io', true, true],
    ['channel.k8s.io', false, false],
    ['base64.channel.k8s.io', true, false],
    ['', false, false],
  ] as const)
    it(`commands speak ${protocol === '' ? 'no protocol by name' : protocol}`, async () => {
      const offered = protocol === '' ? [] : [protocol]
      const line = base64 ? `0${Buffer.from('hello\n').toString('base64')}` : Buffer.from('\0hello\n')
      const ran = await heard('exec?command=cat&stdin=1&stdout=1&stderr=1', offered, line)
      assert.equal(ran.protocol, protocol)
      assert.equal(channel(ran, 1, base64), 'HELLO\n')
      assert.equal(channel(ran, 3, base64), asStatus ? '{"metadata":{},"status":"Success"}' : '')
      assert.deepEqual(ran.messages[0], { text: base64 ? '1' : '\x01', isBinary: !base64 })
      assert.ok(ran.messages.every(({ isBinary }) => isBinary === !base64))
      const failed = await heard('exec?command=false&stdout=1', offered)
      const said = channel(failed, 3, base64)
      const message = 'command terminated with non-zero exit code: exit status 1'
      assert.equal(asStatus ? (JSON.parse(said) as { message: string }).message : said, message)
      const attached = await heard('attach?stdin=1&stdout=1', offered, line)
      assert.equal(channel(attached, 1, base64), 'HELLO\n')
    })

  for (const [protocol, encode] of [
    ['binary.k8s.io', 'latin1'],
    ['base64.binary.k8s.io', 'base64'],
    ['', 'latin1'],
  ] as const)
    it(`logs speak ${protocol === '' ? 'no protocol by name' : protocol}`, async () => {
      const { protocol: spoken, messages } = await heard('log', protocol === '' ? [] : [protocol])
      assert.equal(spoken, protocol)
      assert.equal(messages.map(({ text }) => Buffer.from(text, encode).toString()).join(''), 'one\ntwo\n')
      assert.ok(messages.every(({ isBinary }) => isBinary === (encode !== 'base64')))
    })

  for (const [protocol, base64] of [
    ['v4.channel.k8s.io', false],
    ['v4.base64.channel.k8s.io', true],
    ['', false],
  ] as const)
    it(`ports are forwarded in ${protocol === '' ? 'no protocol by name' : protocol}`, async () => {
      const socket = new WebSocket(
        `${server.url.replace('https', 'wss')}${pods}/web/portforward?ports=80,81`,
        protocol === '' ? [] : [protocol],
        { ca: server.ca },
      )
      const messages: { text: string; isBinary: boolean }[] = []
      const of = (number: number): string => channel({ protocol, messages }, number, base64)
      const answered = new Promise<void>(resolve =>
        socket.on('message', (data: Buffer, isBinary) => {
          messages.push({ text: data.toString('latin1'), isBinary })
          if (of(0) === 'P\0HELLO' && of(3) === 'Q\0nothing listens at 81') resolve()
        }),
      )
      await once(socket, 'open')
      socket.send(base64 ? `0${Buffer.from('hello').toString('base64')}` : Buffer.from('\0hello'))
      await answered
      assert.deepEqual([of(1), of(2)], ['P\0', 'Q\0'])
      assert.ok(messages.every(({ isBinary }) => isBinary === !base64))
      socket.close()
      await once(socket, 'close')
    })

  it('ports are forwarded to whoever names them', async () => {
    const socket = new WebSocket(
      `${server.url.replace('https', 'wss')}${pods}/web/portforward`,
      ['v4.channel.k8s.io'],
      {
        ca: server.ca,
      },
    )
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    assert.equal(response.statusCode, 400)
    socket.on('error', () => undefined)
    socket.terminate()
  })

  it('another protocol is refused before anything runs', async () => {
    for (const path of ['exec?command=x&stdout=1', 'log']) {
      const socket = new WebSocket(`${server.url.replace('https', 'wss')}${pods}/web/${path}`, ['toString'], {
        ca: server.ca,
      })
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
      assert.equal(response.statusCode, 400)
      socket.on('error', () => undefined)
      socket.terminate()
    }
  })

  it('a log is also sent to who asks for another upgrade', async () => {
    const { status, text } = await clientOf(server).ask(`${pods}/web/log`, {
      headers: { connection: 'Upgrade', upgrade: 'h2c' },
    })
    assert.deepEqual([status, text], [200, 'one\ntwo\n'])
  })
})

describe('the answer to a question', () => {
  it('is no Table, and no metadata', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const body = { spec: { nonResourceAttributes: { verb: 'get', path: '/' } } }
    for (const as of ['Table', 'PartialObjectMetadata']) {
      const only = `application/json;as=${as};v=v1;g=meta.k8s.io`
      assert.equal((await client.post(path, body, { accept: only })).status, 406)
      const either = await client.post(path, body, { accept: `${only},application/json` })
      assert.equal(either.json.kind, 'SelfSubjectAccessReview')
    }
    await server.stop()
  })
})
