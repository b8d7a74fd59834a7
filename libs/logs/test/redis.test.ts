import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { E } from '@periplus/prelude'
import { temporaryRedis } from '@periplus/service'
import type { LocalRedis, Temporary } from '@periplus/service'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { contractLimits, lineOf, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { peer } from '../src/net/peer.ts'
import { commandBytes, repliesIn } from '../src/redis/resp.ts'
import type { Reply } from '../src/redis/resp.ts'

const backend = builtInBackends.get('redis') as LogBackend

const textIn = (reply: Reply | undefined): string => {
  const bytes = reply?.tag === 'Text' ? reply.bytes : Buffer.alloc(0)
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}

const listIn = (reply: Reply | undefined): readonly Reply[] => (reply?.tag === 'List' ? reply.replies : [])

const lineIn = (entry: Reply): ReceivedLine => {
  const words = listIn(listIn(entry)[1]).map(textIn)
  const field = (name: string): string => words[words.indexOf(name) + 1] ?? ''
  return {
    ...{ namespace: field('namespace'), pod: field('pod'), container: field('container') },
    ...{ number: Number(field('number')), stream: field('stream'), message: field('message') },
  }
}

describe('Redis', () => {
  let redis: Temporary<LocalRedis>
  before(async function () {
    this.timeout(120_000)
    redis = await temporaryRedis()
  })
  after(() => redis.dispose())

  /** One command on a connection of its own. */
  const ask = async (...words: readonly string[]): Promise<Reply | undefined> => {
    const server = peer({ host: '127.0.0.1', port: redis.server.port, limits: contractLimits })
    const commands = [['AUTH', redis.server.password], words].flatMap(commandBytes)
    const replies = await server.ask(Buffer.concat(commands), b => repliesIn(b, 2), new AbortController().signal)
    server.close()
    return E.isRight(replies) ? replies.right[1] : undefined
  }

  const stage = async (): Promise<BackendHarness> => {
    await ask('FLUSHALL')
    return {
      backend,
      config: { url: `redis://127.0.0.1:${redis.server.port}`, key: 'logs' },
      credentials: new Map([['password', redis.server.password]]),
      received: async () => listIn(await ask('XRANGE', 'logs', '-', '+')).map(lineIn),
      faults: {
        away: async () => {
          await ask('SAVE')
          await redis.server.stop()
        },
        back: async () => void (await redis.restart()),
        silent: async () => void process.kill(redis.server.pid, 'SIGSTOP'),
      },
      close: async () => void process.kill(redis.server.pid, 'SIGCONT'),
    }
  }
  logBackendContract('Redis (real)', { network: true, keepsBytes: true, faults: ['away', 'back', 'silent'] }, stage)

  it('takes a batch whole and in order, or nothing of it', async () => {
    const on = await stage()
    const writer = await openWriter(on)
    await ask('CONFIG', 'SET', 'maxmemory', '1')
    const signal = new AbortController().signal
    const answer = await writer.write(linesOf(sourceOf(), 1, 3), signal)
    await ask('CONFIG', 'SET', 'maxmemory', '0')
    assert.equal(answer.tag, 'Unavailable')
    assert.match('why' in answer ? answer.why : '', /OOM/)
    assert.deepEqual(await on.received(0), [])
    assert.equal((await writer.write(linesOf(sourceOf(), 1, 3), signal)).tag, 'Taken')
    assert.equal((await on.received(3)).length, 3)
    await writer.close()
  })

  it('that does not let one in waits for a person, and the password is not told', async () => {
    const on = await stage()
    for (const credentials of [new Map<string, string>(), new Map([['password', 'wrong-hush']])]) {
      const writer = await openWriter({ ...on, credentials })
      const answer = await writer.write([lineOf(sourceOf(), 1)], new AbortController().signal)
      assert.equal(answer.tag, 'Denied')
      assert.doesNotMatch(JSON.stringify(answer), /hush/)
      await writer.close()
    }
  })

  it('has a stream a namespace, no longer than it may be', async () => {
    const on = await stage()
    const url = on.config['url']
    const writer = await openWriter({ ...on, config: { url, key: 'of:{namespace}', maxLength: 100 } })
    await writer.write(linesOf(sourceOf(), 1, 1_000), new AbortController().signal)
    const length = Number(textIn(await ask('XLEN', 'of:shop')))
    assert.ok(length >= 100 && length < 300, String(length))
    await writer.close()
  })
})
