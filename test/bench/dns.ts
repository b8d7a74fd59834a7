/**
 * How many questions about a service's name are answered a second, and what an answer costs, by the cluster's DNS among 1,000 services and
 * by dnsmasq, where that is installed, which has the one name; each in a process of its own, over UDP on loopback, so many under way at
 * once. Run: `npx tsx test/bench/main.ts dns.ts`.
 */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { decode, encode } from 'dns-packet'
import { loopbackPort } from '@periplus/service'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { right, table } from './measure.ts'
import { cpuSeconds } from './processes.ts'

const host = '127.0.0.1'
const name = 's-500.shop.svc.cluster.local'
const address = '10.96.1.244'
const questions = 30_000

interface Answers {
  readonly rate: number
  readonly p99: number
  /** Microseconds of its processor time an answer. */
  readonly cpu: number
}

const isRight = (answer: Buffer): boolean =>
  decode(answer).answers?.some(record => record.type === 'A' && record.data === address) ?? false

/** Keeps `width` questions under way, each sent again as the next when its answer is there. */
const ask = (pid: number | undefined, port: number, width: number): Promise<Answers> =>
  new Promise((resolve, reject) => {
    const used = cpuSeconds(pid ?? 0)
    const socket = createSocket('udp4')
    const sent = new Map<number, number>()
    const times: number[] = []
    let next = 0
    const send = (): void => {
      const id = next++ & 0xffff
      sent.set(id, performance.now())
      socket.send(
        encode({ type: 'query', id, flags: 0x0100, questions: [{ name, type: 'A', class: 'IN' }] }),
        port,
        host,
      )
    }
    const begin = performance.now()
    socket.on('error', reject)
    socket.on('message', answer => {
      const id = answer.readUInt16BE(0)
      times.push(performance.now() - (sent.get(id) ?? 0))
      sent.delete(id)
      if (!isRight(answer)) return reject(new Error(`no answer: ${JSON.stringify(decode(answer))}`))
      if (next < questions) return send()
      if (sent.size > 0) return
      socket.close()
      const sorted = times.sort((a, b) => a - b)
      resolve({
        rate: (questions / (performance.now() - begin)) * 1000,
        p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
        cpu: ((cpuSeconds(pid ?? 0) - used) / questions) * 1e6,
      })
    })
    socket.bind(0, host, () => {
      for (let i = 0; i < width; i++) send()
    })
  })

const ours = spawn(process.execPath, [fileURLToPath(new URL('dns-side.js', import.meta.url))], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [told] = (await once(ours.stdout, 'data')) as [Buffer]
const directory = mkdtempSync(join(tmpdir(), 'pp-bench-'))
const port = right(await loopbackPort(join(directory, 'port'), undefined))
const dnsmasq = ['/usr/sbin/dnsmasq', '/usr/local/sbin/dnsmasq'].find(existsSync)
const other =
  dnsmasq === undefined
    ? undefined
    : spawn(dnsmasq, [
        ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='],
        ...['--listen-address', host, '--bind-interfaces', '--port', String(port), '--user=root'],
        ...['--address', `/${name}/${address}`],
      ])
await new Promise(resolve => setTimeout(resolve, 500))
const columns = ({ rate, p99, cpu }: Answers): readonly (string | number)[] => [
  ...[Math.round(rate), p99.toFixed(2), cpu.toFixed(0)],
]
const rows: (readonly (string | number)[])[] = []
try {
  for (const width of [1, 32]) {
    const here = await ask(ours.pid, Number(told), width)
    const there = other ? await ask(other.pid, port, width) : undefined
    rows.push([
      ...[width, ...columns(here)],
      ...(there ? [...columns(there), (here.rate / there.rate).toFixed(2)] : ['-', '-', '-', '-']),
    ])
  }
} finally {
  other?.kill()
  ours.kill()
  rmSync(directory, { recursive: true })
}
if (!other) console.log('dnsmasq is not installed: there is nothing to compare with')
table(['under way', 'answers/s', 'p99 ms', 'CPU us', 'dnsmasq/s', 'p99 ms', 'CPU us', 'ratio'], rows)
