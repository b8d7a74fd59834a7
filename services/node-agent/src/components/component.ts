import { createHash } from 'node:crypto'
import type { Pod } from '@periplus/kinds'
import { hashAnnotation, sourceAnnotation } from '../static/manifest.ts'

/** How a process of the machine fares that is no container; times in milliseconds since the epoch. */
export interface ProcessLife {
  readonly pid: number
  /** When it was started for the first time, and for the last. */
  readonly since: number
  readonly startedAt: number
  readonly restarts: number
  /** Its life before this one, and how that ended, such as `exit code 1` or `SIGKILL`. */
  readonly before?: { readonly startedAt: number; readonly at: number; readonly how: string }
  /** Absent while it runs. */
  readonly ended?: { readonly at: number; readonly how: string }
}

/** A part of the cluster that somebody else runs on this machine, as the node shows it. */
export interface Component {
  /** What it is called in the cluster, such as `apiserver`. */
  readonly name: string
  readonly tier: 'control-plane' | 'node'
  readonly process: ProcessLife
}

/** The parts of the cluster on this machine. */
export interface Components {
  readonly all: readonly Component[]
  /** Calls back whenever they have changed, until the returned function is called. */
  listen(changed: () => void): () => void
}

export const noComponents: Components = { all: [], listen: () => () => undefined }

export const componentNamespace = 'kube-system'

/**
 * The pod as which a part of the cluster is shown, beside those of the node's manifests: on the machine's network, of a container that
 * nobody makes, and asking for nothing that could be counted.
 */
export const componentPod = ({ name, tier }: Component, nodeName: string): Pod => {
  const spec: Pod['spec'] = {
    nodeName,
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    tolerations: [{ operator: 'Exists' }],
    containers: [{ name, image: `periplus.io/${name}`, imagePullPolicy: 'Never' }],
  }
  const labels = { component: name, tier }
  const hash = createHash('md5')
    .update(JSON.stringify([labels, spec]))
    .digest('hex')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${nodeName}`,
      namespace: componentNamespace,
      uid: hash,
      labels,
      annotations: { [sourceAnnotation]: 'file', [hashAnnotation]: hash },
    },
    spec,
  }
}
