import { groupVersion } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { EventDraft } from '@periplus/controller'
import {
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  classOfClaim,
  isFullyBound,
  localPath,
  storageAnnotations,
} from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Step } from '../persistentvolume/pending.ts'

type Claim = Stored<PersistentVolumeClaim>

/** Whether a claim waits for a volume that is made here. */
export const isAskedFor = ({ metadata }: Claim): boolean =>
  metadata.annotations?.[storageAnnotations.provisioner] === localPath.provisioner

/** The volume that a claim waits for: a directory of the node that the scheduler chose. The node makes it. */
export const provision = (cut: Cut, claim: Claim): Step => {
  if (isFullyBound(claim)) return { commands: [], why: 'it has its volume' }
  if (!isAskedFor(claim) || claim.spec?.volumeName || claim.metadata.deletionTimestamp !== undefined)
    return { commands: [], why: 'it waits for no volume of here' }
  const found = cut.get(StorageClass, '', classOfClaim(claim))
  if (!found || found.provisioner !== localPath.provisioner) return { commands: [], why: 'it is of another class' }
  const name = `pvc-${claim.metadata.uid}`
  if (cut.get(PersistentVolume, '', name)) return { commands: [], why: `${name} is made` }
  const nodeName = claim.metadata.annotations?.[storageAnnotations.selectedNode]
  const node = nodeName === undefined ? undefined : cut.get(Node, '', nodeName)
  const root = node?.metadata.annotations?.[localPath.root]
  const refusal = unfit(claim, found) ?? noPlace(nodeName, node, root)
  if (refusal !== undefined || !node || root === undefined) return failed(claim, found, refusal ?? 'it has no place')
  return {
    commands: [{ verb: 'create', kind: PersistentVolume, object: volumeOf(name, claim, found, node, root) }],
    told: [
      {
        regarding: claim,
        type: 'Normal',
        reason: 'ProvisioningSucceeded',
        message: `Successfully provisioned volume ${name}`,
      },
    ],
    why: `${name} is a directory of ${node.metadata.name}`,
  }
}

const failed = (claim: Claim, { metadata }: Stored<StorageClass>, why: string): Step => {
  const message = `failed to provision volume with StorageClass ${JSON.stringify(metadata.name)}: ${why}`
  const told: EventDraft = { regarding: claim, type: 'Warning', reason: 'ProvisioningFailed', message }
  return { commands: [], told: [told], why }
}

const unfit = ({ spec }: Claim, { mountOptions = [] }: StorageClass): string | undefined => {
  const mode = spec?.accessModes?.find(each => each !== 'ReadWriteOnce' && each !== 'ReadWriteOncePod')
  if (mode !== undefined) return `a directory of one node cannot be ${mode}`
  if (spec?.volumeMode === 'Block') return 'a directory cannot be a block device'
  if (spec?.selector) return 'claim Selector is not supported'
  if (spec?.dataSource ?? spec?.dataSourceRef) return 'a directory begins empty: data sources are not supported'
  return mountOptions.length > 0 ? 'a directory cannot have mount options' : undefined
}

const noPlace = (nodeName: string | undefined, node: Node | undefined, root: string | undefined) => {
  if (nodeName === undefined)
    return 'no node was specified: the class must have the volumeBindingMode WaitForFirstConsumer'
  if (!node) return `node ${JSON.stringify(nodeName)} not found`
  return root === undefined ? `node ${JSON.stringify(nodeName)} keeps no such volumes` : undefined
}

const hostname = 'kubernetes.io/hostname'

const volumeOf = (
  name: string,
  { metadata: claim, spec }: Claim,
  { metadata: { name: className }, reclaimPolicy }: Stored<StorageClass>,
  { metadata: node }: Stored<Node>,
  root: string,
): PersistentVolume => ({
  apiVersion: groupVersion(PersistentVolume),
  kind: PersistentVolume.kind,
  metadata: {
    name,
    annotations: {
      [storageAnnotations.provisionedBy]: localPath.provisioner,
      [localPath.quota]: 'none: it may take all the room that its node has',
    },
    finalizers: [localPath.finalizer],
  },
  spec: {
    capacity: { storage: spec?.resources?.requests?.['storage'] ?? '0' },
    accessModes: spec?.accessModes,
    persistentVolumeReclaimPolicy: reclaimPolicy,
    storageClassName: className,
    volumeMode: 'Filesystem',
    local: { path: `${root}/${name}` },
    claimRef: {
      kind: PersistentVolumeClaim.kind,
      apiVersion: groupVersion(PersistentVolumeClaim),
      namespace: claim.namespace,
      name: claim.name,
      uid: claim.uid,
      resourceVersion: claim.resourceVersion,
    },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          {
            matchExpressions: [{ key: hostname, operator: 'In', values: [node.labels?.[hostname] ?? node.name] }],
          },
        ],
      },
    },
  },
})
