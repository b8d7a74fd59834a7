import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@periplus/prelude'
import type { Told } from './api-server.ts'
import { drawRequest } from './draw.ts'
import type { HostileRequest } from './draw.ts'
import { multiplexedSender } from './multiplexed.ts'
import { sender } from './sender.ts'
import type { Heard } from './sender.ts'
import { operationsIn } from './target.ts'

export interface Campaign {
  readonly requests: number
  readonly statuses: ReadonlyMap<number, number>
  /** Requests that were answered by a bug, or not at all, and what the server logged as errors; empty when all is well. */
  readonly complaints: readonly string[]
  /** The longest time that the server's event loop worked without a turn, and the request that was under way when that was seen. */
  readonly longestStallSeconds: number
  readonly during: string
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
}

/** What the server may keep in memory, its log included: more, and it dies, which is a complaint. */
const heapMegabytes = 1024
const atOnce = 32
const measureEvery = 50

const startServer = async (): Promise<{ child: ChildProcess; ready: Extract<Told, { tag: 'Ready' }> }> => {
  const child = fork(fileURLToPath(new URL('./api-server.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx', '--expose-gc', `--max-old-space-size=${heapMegabytes}`],
  })
  child.setMaxListeners(0)
  const ready = await new Promise<Extract<Told, { tag: 'Ready' }>>((resolve, reject) => {
    child.once('message', told => resolve(told as Extract<Told, { tag: 'Ready' }>))
    child.once('exit', code => reject(new Error(`the server ended with ${code}`)))
  })
  return { child, ready }
}

/** Rejects when the server has ended. */
const told = <A extends Told['tag']>(child: ChildProcess, what: 'state' | 'stall', tag: A) =>
  new Promise<Extract<Told, { tag: A }>>((resolve, reject) => {
    const hear = (said: Told): void => {
      if (said.tag !== tag) return
      child.off('message', hear)
      child.off('exit', gone)
      resolve(said as Extract<Told, { tag: A }>)
    }
    const gone = (): void => reject(new Error('the server has ended'))
    child.on('message', hear)
    child.on('exit', gone)
    child.send(what)
  })

/** A Status, whose fields have no names in protobuf; `HEAD` has none. */
const saysWhy = (text: string): boolean =>
  text === '' || /\breason\b/.test(text) || (text.startsWith('k8s\0') && text.includes('Status'))

/** 503 and 504 say why; 501 is said of what isn't built. */
const isBug = ({ status, text }: Heard): boolean =>
  status < 100 || (status >= 500 && !([501, 503, 504].includes(status) && saysWhy(text)))

const shown = ({ method, target, headers, body }: HostileRequest): string =>
  `${method} ${target.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${body?.toString('latin1', 0, 300) ?? ''}`

const plain = (target: string): HostileRequest => ({ method: 'GET', target, headers: {}, body: undefined })

/** Requests drawn from `seed` on until `goesOn` says no, against an API server in a process of its own. */
export const attack = async (seed: number, goesOn: (sent: number) => boolean): Promise<Campaign> => {
  const { child, ready } = await startServer()
  const plainly = sender(ready)
  const { send, close } = multiplexedSender(ready)
  const random = seededRandom(seed)
  const statuses = new Map<number, number>()
  const complaints: string[] = []
  let dead = false
  child.once('exit', (code, signal) => {
    dead = true
    complaints.push(`the server ended with ${code ?? signal}`)
  })
  const document = (await plainly.send(plain('/openapi/v2'))).text
  const operations = operationsIn(JSON.parse(document) as Parameters<typeof operationsIn>[0])
  let [sent, longest, during] = [0, 0, '']
  const measure = async (after: HostileRequest | undefined): Promise<void> => {
    const { seconds: stall } = await told(child, 'stall', 'Stall')
    if (!after || stall <= longest) return
    longest = stall
    during = shown(after)
  }
  const one = async (hostile: HostileRequest): Promise<void> => {
    try {
      const heard = await send(hostile)
      statuses.set(heard.status, (statuses.get(heard.status) ?? 0) + 1)
      if (isBug(heard)) complaints.push(`${heard.status} ${heard.text.slice(0, 400)} to ${shown(hostile)}`)
    } catch (error) {
      complaints.push(`${String(error)} to ${shown(hostile)}`)
    }
  }
  await measure(undefined)
  const before = (await told(child, 'state', 'State')).heapBytes
  const worker = async (): Promise<void> => {
    while (!dead && goesOn(sent)) {
      sent++
      const hostile = drawRequest(operations, random)
      await one(hostile)
      if (sent % measureEvery === 0 && !dead) await measure(hostile).catch(() => undefined)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const after = dead ? undefined : await told(child, 'state', 'State')
  complaints.push(...(after?.errors ?? []))
  close()
  plainly.close()
  if (!dead) {
    child.removeAllListeners('exit')
    child.send('end')
    await once(child, 'exit')
  }
  return {
    requests: sent,
    statuses,
    complaints,
    longestStallSeconds: longest,
    during,
    heapBytesBefore: before,
    heapBytesAfter: after?.heapBytes ?? 0,
  }
}
