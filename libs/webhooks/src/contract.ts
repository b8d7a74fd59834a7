import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { E } from '@periplus/prelude'
import { issued, selfSigned, startWebhookServer } from './contract/webhook-server.ts'
import type { Behaviour, WebhookServer } from './contract/webhook-server.ts'
import type { WebhookAddress } from '@periplus/api'
import type { ResolveService, WebhookClient, WebhookFault } from './webhook-client.ts'

export { issued, selfSigned, startWebhookServer }
export type { Behaviour, WebhookServer }

/** Makes the client that is tried. */
export type MakeWebhookClient = (resolve: ResolveService) => WebhookClient

const endlessly: Behaviour = (_, response) => {
  const piece = Buffer.alloc(65_536, 0x20)
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}

/** Mocha cases that every `WebhookClient` passes, asked to real servers. */
export const webhookClientContract = (make: MakeWebhookClient): void => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  const serve = async (behaviour: Behaviour): Promise<WebhookServer> => {
    const server = await startWebhookServer(behaviour)
    open.push(server)
    return server
  }
  const client = (resolve: ResolveService = () => E.left('no service')): WebhookClient => {
    const made = make(resolve)
    open.push(made)
    return made
  }
  const ask = (asked: WebhookClient, address: WebhookAddress, timeoutMilliseconds = 20_000) =>
    asked.call({ address, body: [Buffer.from('{"a":'), Buffer.from('1}')], timeoutMilliseconds, mostBytes: 100_000 })
  const faultOf = async (asked: WebhookClient, address: WebhookAddress): Promise<WebhookFault> => {
    const answer = await ask(asked, address)
    if (E.isRight(answer)) throw new Error(`it was answered: ${JSON.stringify(answer.right)}`)
    return answer.left
  }
  const why = async (asked: WebhookClient, address: WebhookAddress, timeoutMilliseconds?: number): Promise<string> => {
    const answer = await ask(asked, address, timeoutMilliseconds)
    if (E.isRight(answer)) throw new Error(`it was answered: ${JSON.stringify(answer.right)}`)
    return answer.left.message
  }

  it('gives what a webhook answers to what it was asked', async () => {
    const server = await serve((question, _, { url, headers }) => ({ question, url, host: headers.host }))
    assert.deepEqual(
      await ask(client(), server.address('/x')),
      E.right({ question: { a: 1 }, url: '/x?timeout=20s', host: `127.0.0.1:${server.port}` }),
    )
  })

  it('cleans its path as Kubernetes does', async () => {
    const server = await serve((_, __, { url }) => ({ url }))
    const asked = client(server.resolve)
    const { caBundle, service } = server.service
    for (const [path, sent] of [
      ['//failing', '/failing'],
      ['/a//b/', '/a/b'],
      ['/', '/'],
    ] as const) {
      const answer = E.right({ url: `${sent}?timeout=20s` })
      assert.deepEqual(await ask(asked, server.address(path)), answer)
      assert.deepEqual(
        await ask(asked, { caBundle, service: { ...service, namespace: 'hooks', name: 'hook', path } }),
        answer,
      )
    }
  })

  it('reaches a service by its name, which its certificate has', async () => {
    const server = await serve((_, __, { headers }) => ({ host: headers.host }))
    assert.deepEqual(await ask(client(server.resolve), server.service), E.right({ host: 'hook.hooks.svc:443' }))
    const { service } = server.service
    const other = { ...server.service, service: { ...service, name: 'other', namespace: 'hooks' } }
    assert.match(
      await why(client(server.resolve), other),
      /^Post "https:\/\/other\.hooks\.svc:443\/review\?timeout=20s": tls: failed to verify certificate: x509: /,
    )
  })

  it('says which service is not there', async () => {
    const address = { service: { namespace: 'hooks', name: 'gone', path: '/x' } }
    assert.equal(await why(client(), address), 'Post "https://gone.hooks.svc:443/x?timeout=20s": no service')
  })

  it('waits for as long as it was told, and no longer', async () => {
    const server = await serve(() => undefined)
    assert.match(await why(client(), server.address(), 100), /^Post "https:.*\?timeout=1s": context deadline exceeded$/)
  })

  it('waits no longer for an answer that comes drop by drop', async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    })
    assert.match(await why(client(), server.address(), 200), /context deadline exceeded$/)
  })

  it('follows no redirect', async () => {
    const elsewhere = await serve(() => ({}))
    const server = await serve((_, response) => {
      response.writeHead(307, { location: elsewhere.address().url }).end()
    })
    assert.match(await why(client(), server.address()), /redirect \(status code 307\), which is not followed$/)
    assert.equal(elsewhere.asked(), 0)
  })

  it('reads no more than it was told', async () => {
    const server = await serve(endlessly)
    assert.match(await why(client(), server.address()), /the response is too large: limit is 100000 bytes$/)
  })

  for (const [what, text] of Object.entries({ 'no JSON': '<html>', nothing: '', 'half of it': '{"a":' }))
    it(`takes ${what} for no answer`, async () => {
      const server = await serve((_, response) => void response.end(text))
      assert.match(await why(client(), server.address()), /^couldn't get version\/kind; json parse error: /)
    })

  it('says what a server said that failed', async () => {
    const server = await serve((_, response) => void response.writeHead(500).end('out of order\n'))
    assert.equal(
      await why(client(), server.address()),
      'an error on the server ("out of order") has prevented the request from succeeding',
    )
  })

  it('tells what whoever asks again goes by', async () => {
    const headers: Readonly<Record<string, string>>[] = [{ 'retry-after': '7' }, { 'retry-after': 'tomorrow' }, {}]
    const server = await serve((_, response) => void response.writeHead(429, headers.shift()).end())
    const asked = client()
    for (const told of [{ retryAfterSeconds: 7 }, {}, {}]) {
      const { message: _, ...rest } = await faultOf(asked, server.address())
      assert.deepEqual(rest, { status: 429, ...told })
    }
  })

  it('tells a connection that was reset from one that was closed', async () => {
    const closes = await serve((_, __, { socket }) => void socket.destroy())
    const resets = createServer(socket => void socket.once('data', () => socket.resetAndDestroy()))
    await new Promise<void>(resolve => resets.listen(0, '127.0.0.1', resolve))
    open.push(resets)
    const asked = client()
    assert.equal((await faultOf(asked, closes.address())).isReset, undefined)
    const { port } = resets.address() as AddressInfo
    assert.equal((await faultOf(asked, { url: `https://127.0.0.1:${port}` })).isReset, true)
  })

  it('trusts nobody but whom it was told to', async () => {
    const server = await serve(() => ({}))
    const other = Buffer.from((await selfSigned([])).cert).toString('base64')
    for (const address of [{ ...server.address(), caBundle: other }, { url: server.address().url }])
      assert.match(
        await why(client(), address),
        /tls: failed to verify certificate: x509: certificate signed by unknown authority$/,
      )
    assert.equal(server.asked(), 0)
  })

  it('trusts a certificate that it was told of, whoever issued it', async () => {
    const server = await startWebhookServer(() => ({ is: 'here' }), issued)
    open.push(server)
    assert.deepEqual(await ask(client(), server.address()), E.right({ is: 'here' }))
    const another = Buffer.from((await issued(['localhost'])).cert).toString('base64')
    assert.match(await why(client(), { ...server.address(), caBundle: another }), /unknown authority$/)
  })

  it('says that nobody listens', async () => {
    const server = await startWebhookServer(() => ({}))
    await server.close()
    assert.match(await why(client(), server.address()), /dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/)
  })

  it('asks again where a kept connection was closed', async () => {
    const server = await serve(() => ({}))
    const asked = client()
    for (let round = 0; round < 5; round++) {
      assert.ok(E.isRight(await ask(asked, server.address())))
      server.closeIdle()
    }
  })

  it('does not trust one server for the sake of another', async () => {
    const [one, other] = [await serve(() => ({})), await serve(() => ({}))]
    const asked = client()
    assert.ok(E.isRight(await ask(asked, one.address())))
    assert.match(await why(asked, { ...one.address(), caBundle: other.address().caBundle }), /unknown authority$/)
  })
}
