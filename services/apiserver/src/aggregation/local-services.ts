import type { KindRegistry, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { APIService } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** Who keeps an APIService, as Kubernetes marks those that nobody wrote. */
const managed = 'kube-aggregator.kubernetes.io/automanaged'

const highest = 18_000
const ofCustom = 1_000

const isCustom = (group: string): boolean => group.includes('.') && !group.endsWith('.k8s.io')

/** What stands for a version of a group that this server answers for itself. */
const localService = (kinds: KindRegistry, group: string, version: string): KubernetesObject => {
  const custom = isCustom(group)
  const place = kinds.groups.indexOf(group)
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${version}.${group}`, labels: { [managed]: custom ? 'true' : 'onstart' } },
    spec: {
      group,
      version,
      groupPriorityMinimum: custom ? ofCustom : highest - 50 * place,
      versionPriority: custom ? 100 : Math.max(1, 15 - 3 * kinds.versions(group).indexOf(version)),
    },
  } as KubernetesObject
}

const kind = APIService

/** What is to be written so that each version of a group has its APIService, and none is left of a group that is gone. */
export const localServiceCommands = (cut: Pick<Cut, 'list'>, kinds: KindRegistry): readonly Command[] => {
  const present = new Map(cut.list(kind).map(one => [one.metadata.name, one]))
  const wanted = kinds.groups.flatMap(group => kinds.versions(group).map(version => ({ group, version })))
  const names = new Set(wanted.map(({ group, version }) => `${version}.${group}`))
  const created = wanted
    .filter(({ group, version }) => !present.has(`${version}.${group}`))
    .map(({ group, version }): Command => ({ verb: 'create', kind, object: localService(kinds, group, version) }))
  const gone = [...present.values()]
    .filter(one => one.metadata.labels?.[managed] === 'true' && !one.spec?.service && !names.has(one.metadata.name))
    .map((one): Command => {
      const ref = { group: kind.group, resource: kind.resource, namespace: '', name: one.metadata.name }
      return { verb: 'delete', kind, ref, options: { preconditions: { uid: one.metadata.uid } } }
    })
  return [...created, ...gone]
}

/** Local ones are available as long as anybody asks. */
export const localAvailability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
} as const

export const isLocal = ({ spec }: Stored<APIService>): boolean => !spec?.service
