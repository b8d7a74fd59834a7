import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { ConfigMap, Pod } from '@periplus/kinds'
import { nodeName } from '../agent/world.ts'
import { isReady } from './doing.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

type Manifest = Pod & { readonly kind: string; readonly spec?: { readonly template?: Pod } }

const manifests = (name: string, address: string): readonly Manifest[] => {
  const path = fileURLToPath(new URL(`../../../../test/fixtures/logging/${name}.yaml`, import.meta.url))
  const text = readFileSync(path, 'utf8').replaceAll('value: $BACKEND', `value: '${address}'`)
  return parseAllDocuments(text).map(document => document.toJS() as Manifest)
}

/** Takes lines over TCP, as a backend does. */
const lineBackend = async () => {
  const lines: string[] = []
  const waiting: { readonly pattern: RegExp; readonly resolve: (line: string) => void }[] = []
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    createInterface({ input: socket }).on('line', line => {
      lines.push(line)
      for (const { pattern, resolve } of waiting) if (pattern.test(line)) resolve(line)
    })
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const host = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    line: (pattern: RegExp): Promise<string> =>
      new Promise(resolve => {
        const there = lines.find(line => pattern.test(line))
        if (there === undefined) waiting.push({ pattern, resolve })
        else resolve(there)
      }),
    close: () => server.close(),
  }
}

/** The ways in which Kubernetes' documentation collects logs, on real containers. */
describe('logging architectures', function () {
  this.timeout(180_000)
  let world: RealWorld
  let backend: Awaited<ReturnType<typeof lineBackend>>
  before(async () => {
    world = await realWorld()
    backend = await lineBackend()
  })
  after(async () => {
    backend.close()
    await world.close()
  })
  /** As the scheduler leaves a pod; of a DaemonSet, the one for this node. */
  const apply = async (name: string): Promise<void> => {
    for (const { kind, spec, ...rest } of manifests(name, backend.address)) {
      const metadata = { namespace: 'default', ...rest.metadata }
      if (kind === 'ConfigMap') await world.create(ConfigMap, { ...rest, metadata } as ConfigMap)
      else {
        const pod = spec?.template?.spec ?? spec
        const defaults = { restartPolicy: 'Always', dnsPolicy: 'Default' } as const
        const where = { ...metadata, namespace: 'default', ...spec?.template?.metadata, name: metadata.name }
        await world.create(Pod, {
          ...{ apiVersion: 'v1', kind: 'Pod', metadata: where },
          spec: { ...defaults, ...pod, nodeName } as NonNullable<Pod['spec']>,
        })
      }
    }
  }
  const saidBy = (pod: Pod, container: string, lines: number): Promise<string> => {
    const chosen = pod.spec?.containers.filter(({ name }) => name === container) ?? []
    // On its other stream, tail tells of a file that is not there yet.
    return world.logs({ ...pod, spec: { containers: chosen } }, { lines, stream: 'Stdout' })
  }

  it('stream two formats by two sidecars, each read for itself', async () => {
    await apply('counter-streaming-sidecars')
    const counter = await world.until('counter', isReady)
    assert.match(await saidBy(counter, 'count-log-1', 2), /^0: .*\n1: .*\n/)
    assert.match(await saidBy(counter, 'count-log-2', 2), /^.* INFO 0\n.* INFO 1\n/)
  })

  it('deliver by an agent beside the application, configured by fluentd-config', async () => {
    await apply('counter-agent-sidecar')
    assert.equal(await backend.line(/^count\.format1 2: /), 'count.format1 2: counted')
  })

  it('deliver by an application itself', async () => {
    await apply('direct')
    assert.equal(await backend.line(/^direct 2$/), 'direct 2')
  })

  it('deliver by an agent on the node, which finds the node’s own files where it expects them', async () => {
    await apply('node-agent')
    assert.match(await backend.line(/delivers to/), /^\d{4}-\S+ stdout F delivers to /)
  })
})
