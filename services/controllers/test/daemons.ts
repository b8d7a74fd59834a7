import assert from 'node:assert/strict'
import { controlledBy, formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { anHourLater, completed, deciding, startOfTime } from '@periplus/controller'
import { ControllerRevision, DaemonSet, Pod } from '@periplus/kinds'
import { daemonSetController } from '../src/index.ts'
import { readiness, template } from './objects.ts'

export const given = deciding(daemonSetController)
export const now = anHourLater

export const daemonSet = (spec: Partial<NonNullable<DaemonSet['spec']>> = {}, rest: Partial<DaemonSet> = {}) =>
  completed(DaemonSet, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    ...rest,
    metadata: { name: 'log', namespace: 'default', ...rest.metadata },
    spec: {
      selector: { matchLabels: { app: 'log' } },
      template: template({ app: 'log' }),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  } as DaemonSet) as Stored<DaemonSet>

/** The revision as the controller makes it for this set. */
export const revisionOf = (set: Stored<DaemonSet>, rest: Partial<ControllerRevision> = {}) => {
  const [made] = given(set).when('default/log').commands
  assert.ok(made?.verb === 'create' && made.kind === ControllerRevision)
  const revision = made.object as ControllerRevision
  return { ...revision, ...rest, metadata: { ...revision.metadata, ...rest.metadata } } as Stored<ControllerRevision>
}
export const hashOf = (revision: ControllerRevision): string =>
  revision.metadata?.labels?.['controller-revision-hash'] ?? ''

export interface Traits {
  readonly hash?: string
  readonly phase?: string
  readonly ready?: boolean
  readonly readySince?: number
  readonly created?: number
  readonly leaving?: boolean
  readonly failures?: number
  readonly bound?: boolean
}

export const affine = (name: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
    },
  },
})

export const daemon = (set: Stored<DaemonSet>, on: string, name: string, traits: Traits = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    labels: { app: 'log', 'controller-revision-hash': traits.hash ?? hashOf(revisionOf(set)) },
    ownerReferences: [controlledBy(DaemonSet, set)],
    creationTimestamp: formatTime(traits.created ?? startOfTime),
    ...(traits.failures ? { annotations: { 'daemonset.periplus.io/failures': String(traits.failures) } } : {}),
    ...(traits.leaving ? { deletionTimestamp: formatTime(now) } : {}),
  },
  spec: {
    containers: [{ name: 'main', image: 'nginx' }],
    affinity: affine(on),
    ...((traits.bound ?? true) ? { nodeName: on } : {}),
  },
  status: {
    phase: traits.phase ?? 'Running',
    conditions: readiness(traits),
  },
})

export const deletes = (name: string) => ({ verb: 'delete', kind: Pod, ref: { name } }) as const
export const numbered = (revision: Stored<ControllerRevision>, number: number): Stored<ControllerRevision> => ({
  ...revision,
  revision: number,
})

/** Pods alone: what is done to them. */
export const deeds = (commands: readonly { readonly verb: string; readonly kind: unknown }[]): readonly string[] =>
  (commands as readonly { verb: string; kind: unknown; ref?: { name: string }; object?: Pod }[])
    .filter(({ verb, kind }) => kind === Pod && verb !== 'patch')
    .map(({ verb, ref, object }) =>
      verb === 'delete'
        ? `delete ${ref?.name}`
        : `create on ${object?.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0]}`,
    )
