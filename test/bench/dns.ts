/**
 * How many questions about a service's name are answered a second, by the cluster's DNS among 1,000 services and by dnsmasq, where that
 * is installed, which has the one name; each over UDP on loopback, so many under way at once. Run: `npx tsx test/bench/main.ts dns.ts`.
 */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { encode } from 'dns-packet'
import { cutOf } from '@periplus/controller'
import type { KubernetesObject } from '@periplus/api'
import { start } from '@periplus/dns'
import { loopbackPort } from '@periplus/service'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { right, table } from './measure.ts'

const host = '127.0.0.1'
const name = 's-500.shop.svc.cluster.local'
const questions = 30_000

interface Answers {
  readonly rate: number
  readonly p99: number
}

/** Keeps `width` questions under way, each sent again as the next when its answer is there. */
const ask = (port: number, width: number): Promise<Answers> =>
  new Promise((resolve, reject) => {
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
      if (next < questions) return send()
      if (sent.size > 0) return
      socket.close()
      const sorted = times.sort((a, b) => a - b)
      resolve({
        rate: (questions / (performance.now() - begin)) * 1000,
        p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
      })
    })
    socket.bind(0, host, () => {
      for (let i = 0; i < width; i++) send()
    })
  })

const objects: KubernetesObject[] = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]
for (let n = 0; n < 1000; n++) {
  const ip = `10.96.${n >> 8}.${n & 255}`
  const spec = { clusterIP: ip, clusterIPs: [ip], ports: [{ port: 80, protocol: 'TCP' }] }
  objects.push({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `s-${n}`, namespace: 'shop' },
    spec,
  } as KubernetesObject)
}
const dns = await start({
  ...{ cut: cutOf(objects), host, port: 0, networks: ['10.96.0.0/16'], upstreams: [] },
  onBug: error => {
    throw error
  },
})

const directory = mkdtempSync(join(tmpdir(), 'pp-bench-'))
const port = right(await loopbackPort(join(directory, 'port'), undefined))
const dnsmasq = ['/usr/sbin/dnsmasq', '/usr/local/sbin/dnsmasq'].find(existsSync)
const other =
  dnsmasq === undefined
    ? undefined
    : spawn(dnsmasq, [
        ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='],
        ...['--listen-address', host, '--bind-interfaces', '--port', String(port), '--user=root'],
        ...['--address', `/${name}/10.96.1.244`],
      ])
await new Promise(resolve => setTimeout(resolve, 500))
const rows: (readonly (string | number)[])[] = []
try {
  for (const width of [1, 32]) {
    const ours = await ask(dns.port, width)
    const theirs = other ? await ask(port, width) : undefined
    rows.push([
      ...[width, Math.round(ours.rate), ours.p99.toFixed(2)],
      ...(theirs
        ? [Math.round(theirs.rate), theirs.p99.toFixed(2), (ours.rate / theirs.rate).toFixed(2)]
        : ['-', '-', '-']),
    ])
  }
} finally {
  other?.kill()
  await dns.stop()
  rmSync(directory, { recursive: true })
}
if (!other) console.log('dnsmasq is not installed: there is nothing to compare with')
table(['under way', 'answers/s', 'p99 ms', 'dnsmasq/s', 'p99 ms', 'ratio'], rows)
