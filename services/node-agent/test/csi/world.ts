import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind, KubernetesObject } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Command, Commands } from '@periplus/commands'
import { exampleDriver } from '@periplus/csi/contract'
import type { ExampleDriver, ExampleDriverOptions } from '@periplus/csi/contract'
import { kindsAt } from '@periplus/custom'
import { CSIDriver, Namespace, Node, PersistentVolume, PersistentVolumeClaim } from '@periplus/kinds'
import type { CSIDriverSpec, PersistentVolumeSpec, Pod, Volume } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import { hollowRuntime } from '@periplus/runtime'
import type { LiveCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { startCsi } from '../../src/csi/start-csi.ts'
import type { Csi } from '../../src/csi/start-csi.ts'
import { layout } from '../../src/files/layout.ts'
import type { Layout } from '../../src/files/layout.ts'
import { machineDisk } from '../../src/files/machine-disk.ts'
import type { PodDisk } from '../../src/files/pod-disk.ts'
import { noFeatures } from '../../src/node/features.ts'
import { volumesInUse } from '../../src/volumes/in-use.ts'
import { noSecrets, secretSource } from '../../src/volumes/secret-source.ts'
import { tokenSource } from '../../src/volumes/token-source.ts'

export const driverName = 'disks.example.com'
export const nodeName = 'n1'
const origin = { actor: 'node:n1', component: 'test', causes: [], correlationId: 'test' } as const
const capacity = { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi', pods: '10' }

/** A node's disk with storage drivers, over the log in memory; mounts are the machine's own. */
export interface CsiWorld {
  readonly places: Layout
  readonly cut: LiveCut
  readonly commands: Commands
  readonly disk: PodDisk
  readonly csi: Csi
  run(command: Command): Promise<void>
  create<A extends KubernetesObject>(kind: Kind<A>, object: A): Promise<void>
  /** A driver of tests, on this node. */
  driver(more?: Partial<ExampleDriverOptions>): Promise<ExampleDriver>
  /** Resolves as soon as the cut shows it so. */
  until(is: () => boolean): Promise<void>
  /** Another agent on the same disk, after this one has ended. */
  restart(): Promise<void>
  close(): Promise<void>
}

export const csiWorld = async (): Promise<CsiWorld> => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'periplus-csi-')))
  const places = layout(root)
  const log = memoryEventLog()
  const running = await startLiveCut({ log })
  const { cut } = running
  const commands = createCommands({ cut, log, kindsAt, admission: [] })
  const clock = systemClock
  const tokens = tokenSource(async ({ audience }) => E.right({ token: `for ${audience}`, expiresAt: 1e15 }), clock)
  const run = async (command: Command): Promise<void> => {
    const done = await commands.execute(command, origin)
    if (E.isLeft(done)) throw new Error(JSON.stringify(done.left))
    await cut.reached(done.right.sequence)
  }
  const create: CsiWorld['create'] = (kind, object) => run({ verb: 'create', kind, object })
  await create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  await create(Node, { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } })

  const begin = async () => {
    const ending = new AbortController()
    const csi = await startCsi({
      ...{ places, nodeName, cut, commands, origin, clock, tokens },
      secrets: secretSource(cut, noSecrets),
      signal: ending.signal,
      inUse: volumesInUse({ nodeName, cut, commands, origin }),
      log: logger('csi', { write: () => undefined }),
      limits: { asking: 1, moving: 1 },
    })
    csi.begin(() => undefined)
    const disk = machineDisk({
      root,
      settings: {
        ...{ nodeName, hostname: nodeName, hostIps: [], clusterDns: [], clusterDomain: 'cluster.local' },
        ...{ cgroupRoot: '/periplus-test-csi', seccompRoot: '/seccomp', features: noFeatures },
        ...{ singleProcessOomKill: true, capacity, allocatable: capacity },
      },
      cut,
      clock,
      tokens,
      secrets: secretSource(cut, noSecrets),
      csi: csi.volumes,
      runtime: hollowRuntime({ clock, nodeName: 'n' }),
      podIps: () => [],
    })
    return { csi, disk, ending }
  }
  let now = await begin()
  const drivers: ExampleDriver[] = []
  return {
    places,
    cut,
    commands,
    get disk() {
      return now.disk
    },
    get csi() {
      return now.csi
    },
    run,
    create,
    driver: async (more = {}) => {
      const name = more.name ?? driverName
      await mkdir(join(places.plugins, name), { recursive: true })
      const driver = await exampleDriver({
        name,
        socket: join(places.plugins, name, 'csi.sock'),
        registration: join(places.pluginRegistry, `${name}-reg.sock`),
        data: join(root, 'data'),
        ...more,
      })
      drivers.push(driver)
      return driver
    },
    until: is =>
      new Promise(resolve => {
        const look = (): void => {
          if (!is()) return
          stop()
          resolve()
        }
        const stop = cut.subscribe(look)
        look()
      }),
    restart: async () => {
      now.ending.abort()
      now = await begin()
    },
    close: async () => {
      now.ending.abort()
      for (const driver of drivers) await driver.close()
      await running.close()
      await rm(root, { recursive: true })
    },
  }
}

/** A pod with one volume `v`, of the claim `data` where it is not said otherwise. */
export const podWith = (uid: string, volume: Omit<Volume, 'name'> = claimed, more: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { name: `pod-${uid}`, namespace: 'default', uid },
  spec: { containers: [], volumes: [{ name: 'v', ...volume }], ...more },
})

const claimed = { persistentVolumeClaim: { claimName: 'data' } }

/** Makes a driver known, and a claim `data` that is bound to one of its volumes, `pv-1`. */
export const bindVolume = async (
  { create, cut, run }: CsiWorld,
  driver: CSIDriverSpec,
  source: Partial<NonNullable<PersistentVolumeSpec['csi']>> = {},
  spec: PersistentVolumeSpec = {},
): Promise<void> => {
  await create(CSIDriver, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: driverName },
    spec: driver,
  })
  await create(PersistentVolumeClaim, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'pv-1' },
  })
  await run({
    verb: 'patch',
    kind: PersistentVolumeClaim,
    ref: { group: '', resource: 'persistentvolumeclaims', namespace: 'default', name: 'data' },
    subresource: 'status',
    patch: { type: 'merge', body: { status: { phase: 'Bound', capacity: { storage: '1Gi' } } } },
  })
  await create(PersistentVolume, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv-1' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      csi: { driver: driverName, volumeHandle: 'disk-1', ...source },
      claimRef: {
        namespace: 'default',
        name: 'data',
        uid: cut.get(PersistentVolumeClaim, 'default', 'data')?.metadata.uid ?? '',
      },
      ...spec,
    },
  })
}
