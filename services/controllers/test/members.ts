import assert from 'node:assert/strict'
import { controlledBy, formatTime } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { anHourLater, completed, deciding } from '@periplus/controller'
import { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '@periplus/kinds'
import { statefulSetController } from '../src/index.ts'
import { readiness, template } from './objects.ts'

export const given = deciding(statefulSetController)
export const now = anHourLater

export const statefulSet = (spec: Partial<NonNullable<StatefulSet['spec']>> = {}, rest: Partial<StatefulSet> = {}) =>
  completed(StatefulSet, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    ...rest,
    metadata: { name: 'web', namespace: 'default', ...rest.metadata },
    spec: {
      replicas: 3,
      serviceName: 'nginx',
      podManagementPolicy: 'OrderedReady',
      selector: { matchLabels: { app: 'web' } },
      template: template({ app: 'web' }),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  } as StatefulSet) as Stored<StatefulSet>

export const revisionOf = (set: Stored<StatefulSet>, rest: Partial<ControllerRevision> = {}) => {
  const [made] = given({ ...set, status: undefined } as StatefulSet).when('default/web').commands
  assert.ok(made?.verb === 'create' && made.kind === ControllerRevision)
  const revision = made.object as ControllerRevision
  return { ...revision, ...rest, metadata: { ...revision.metadata, ...rest.metadata } } as Stored<ControllerRevision>
}

export const numbered = (revision: Stored<ControllerRevision>, number: number): Stored<ControllerRevision> => ({
  ...revision,
  revision: number,
})

export const set = statefulSet()
export const revision = revisionOf(set)
export const newest = revision.metadata.name
export const before = statefulSet({ template: template({ app: 'web' }, 'old') })
export const past = revisionOf(before)
export const oldest = past.metadata.name

export interface Traits {
  readonly revision?: string
  readonly phase?: string
  readonly ready?: boolean
  readonly readySince?: number
  readonly leaving?: boolean
  readonly volumes?: NonNullable<NonNullable<Pod['spec']>['volumes']>
}

export const member = (ordinal: number, traits: Traits = {}, owner = set): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `web-${ordinal}`,
    namespace: 'default',
    labels: {
      app: 'web',
      'statefulset.kubernetes.io/pod-name': `web-${ordinal}`,
      'apps.kubernetes.io/pod-index': String(ordinal),
      'controller-revision-hash': traits.revision ?? newest,
    },
    ownerReferences: [controlledBy(StatefulSet, owner)],
    ...(traits.leaving ? { deletionTimestamp: formatTime(now) } : {}),
  },
  spec: { containers: [{ name: 'main', image: 'nginx' }], ...(traits.volumes ? { volumes: traits.volumes } : {}) },
  status: {
    phase: traits.phase ?? 'Running',
    conditions: readiness(traits),
  },
})

export const deeds = (commands: readonly { readonly verb: string }[]): readonly string[] =>
  (commands as readonly { verb: string; kind: unknown; ref?: { name: string }; object?: Pod }[])
    .filter(({ kind }) => kind === Pod || kind === PersistentVolumeClaim)
    .map(({ verb, ref, object }) => `${verb} ${ref?.name ?? object?.metadata?.name}`)

export const after = (one: Stored<StatefulSet>, ...objects: readonly KubernetesObject[]): readonly string[] =>
  deeds(given(one, ...objects).when('default/web').commands)
