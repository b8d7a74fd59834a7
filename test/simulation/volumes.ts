import type { KubernetesObject, Stored } from '@periplus/api'
import { hollowKubelet } from '@periplus/controller'
import type { Controller, Faults, Simulation } from '@periplus/controller'
import { garbageCollector, storageControllers } from '@periplus/controllers'
import { kindsAt } from '@periplus/custom'
import { Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, podClaims } from '@periplus/kinds'
import { scheduler } from '@periplus/scheduler'
import { cluster, node } from './scenario.ts'

const controllers: readonly Controller[] = [
  ...storageControllers,
  garbageCollector(kindsAt),
  scheduler,
  hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 }),
]

const localPath = 'periplus.io/local-path'

const keeping = (name: string): KubernetesObject => {
  const plain = node(name)
  return { ...plain, metadata: { ...plain.metadata, annotations: { [localPath]: '/volumes' } } }
}

const storageClass = (name: string, rest: object): KubernetesObject =>
  ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, ...rest }) as KubernetesObject

const volume = (name: string, storage: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage },
      storageClassName: 'manual',
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/d' },
    },
  }) as KubernetesObject

const claim = (name: string, storageClassName: string, storage: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
  }) as KubernetesObject

const pod = (name: string, claimName: string): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'a' }],
      volumes: [
        { name: 'd', persistentVolumeClaim: { claimName } },
        {
          name: 's',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                storageClassName: 'local-path',
                resources: { requests: { storage: '1Mi' } },
              },
            },
          },
        },
      ],
    },
  }) as KubernetesObject

const any = <A>(simulation: Simulation, items: readonly A[]): A | undefined =>
  items[Math.floor(simulation.random() * items.length)]

const remove = (simulation: Simulation, kind: typeof Pod | typeof PersistentVolumeClaim, name: string) =>
  simulation.user({
    verb: 'delete',
    kind,
    ref: { group: '', resource: kind.resource, namespace: 'default', name },
    options: {},
  })

let made = 0

/** What people do with storage: claims that want volumes that are there, and some that are made, and pods that use them. */
const deeds: readonly ((simulation: Simulation) => Promise<unknown>)[] = [
  async simulation => {
    const name = `claim-${++made}`
    const of = simulation.random() < 0.5 ? 'manual' : 'local-path'
    const object = claim(name, of, `${1 + Math.floor(simulation.random() * 3)}Gi`)
    await simulation.user({ verb: 'create', kind: PersistentVolumeClaim, object })
    await simulation.user({ verb: 'create', kind: Pod, object: pod(`pod-of-${name}`, name) })
  },
  async simulation => {
    const one = any(simulation, simulation.cut.list(PersistentVolumeClaim, 'default'))
    if (one) await remove(simulation, PersistentVolumeClaim, one.metadata.name)
  },
  async simulation => {
    const one = any(simulation, simulation.cut.list(Pod, 'default'))
    if (one) await remove(simulation, Pod, one.metadata.name)
  },
]

/** Volumes and claims through a bad minute, and then a calm. */
export const liveThroughVolumes = async (seed: number, faults: Faults): Promise<Simulation> => {
  made = 0
  const simulation = cluster(seed, faults, controllers)
  const create = (
    kind: typeof Namespace | typeof Node | typeof StorageClass | typeof PersistentVolume,
    object: KubernetesObject,
  ) => simulation.user({ verb: 'create', kind, object })
  await create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  for (const name of ['a', 'b']) await create(Node, keeping(name))
  await create(
    StorageClass,
    storageClass('manual', { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'Immediate' }),
  )
  await create(
    StorageClass,
    storageClass('local-path', {
      provisioner: localPath,
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
    }),
  )
  for (const [name, size] of [
    ['small', '1Gi'],
    ['middle', '2Gi'],
    ['large', '5Gi'],
  ] as const)
    await create(PersistentVolume, volume(name, size))
  for (let deed = 0; deed < 10; deed++) {
    await deeds[deed < 3 ? 0 : Math.floor(simulation.random() * deeds.length)]?.(simulation)
    await simulation.run(Math.floor(simulation.random() * 3000))
  }
  simulation.heal()
  await simulation.run(900_000)
  return simulation
}

/** What was wrong at any moment of the log: a claim with another volume than before, or a volume that went from one claim to another. */
export const misbindings = (simulation: Simulation): readonly string[] => {
  const found: string[] = []
  const volumes = new Map<string, string>()
  const claims = new Map<string, string>()
  const alive = new Set<string>()
  for (const event of simulation.log.slice(1)) {
    const object = JSON.parse(String(event.body)) as Stored<KubernetesObject>
    const { uid, name } = object.metadata
    if (event.ref.resource === 'persistentvolumeclaims') {
      if (event.type === 'deleted') alive.delete(uid)
      else alive.add(uid)
      const wanted = (object as PersistentVolumeClaim).spec?.volumeName
      const before = claims.get(uid)
      if (before !== undefined && before !== wanted) found.push(`${name} went from ${before} to ${wanted}`)
      if (wanted === undefined) continue
      claims.set(uid, wanted)
      const others = [...claims].filter(([other, its]) => its === wanted && other !== uid && alive.has(other))
      if (others.length > 0) found.push(`${wanted} is had by ${name} and another claim`)
    }
    if (event.ref.resource === 'persistentvolumes') {
      const holder = (object as PersistentVolume).spec?.claimRef?.uid
      const before = volumes.get(uid)
      if (before !== undefined && before !== holder && alive.has(before)) found.push(`${name} was taken from its claim`)
      if (holder === undefined) volumes.delete(uid)
      else volumes.set(uid, holder)
    }
  }
  return found
}

/** What is not as it should be when all is calm. */
export const unsettled = ({ cut }: Simulation): readonly string[] => {
  const found: string[] = []
  const claims = cut.list(PersistentVolumeClaim, 'default')
  for (const { metadata, spec, status } of claims) {
    if (status?.phase !== 'Bound') continue
    const its = cut.get(PersistentVolume, '', spec?.volumeName ?? '')
    if (its?.spec?.claimRef?.uid !== metadata.uid) found.push(`${metadata.name} is bound to what is not its own`)
    if (its?.status?.phase !== 'Bound') found.push(`the volume of ${metadata.name} is ${its?.status?.phase}`)
  }
  for (const { metadata, spec, status } of cut.list(PersistentVolume)) {
    const { claimRef } = spec ?? {}
    const held = claims.some(one => one.metadata.uid === claimRef?.uid)
    if (spec?.local && !held) found.push(`${metadata.name} outlived its claim`)
    if (claimRef && !held && !spec?.local && status?.phase !== 'Released')
      found.push(`${metadata.name} is ${status?.phase} without a claim`)
  }
  const users = cut.list(Pod, 'default')
  for (const one of claims)
    if (
      one.metadata.deletionTimestamp &&
      !users.some(user => podClaims(user).some(({ claimName }) => claimName === one.metadata.name))
    )
      found.push(`${one.metadata.name} does not go`)
  for (const user of users) {
    const wanted = podClaims(user).map(({ claimName }) => cut.get(PersistentVolumeClaim, 'default', claimName))
    const ready = wanted.every(
      one =>
        one &&
        !one.metadata.deletionTimestamp &&
        (one.status?.phase === 'Bound' || one.spec?.storageClassName === 'local-path'),
    )
    if (ready && user.status?.phase !== 'Running') found.push(`${user.metadata.name} is ${user.status?.phase}`)
  }
  return found
}
