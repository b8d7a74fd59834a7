import type { KubernetesObject } from '@periplus/api'
import { Deployment, EndpointSlice, Job, isPodTerminated, Pod } from '@periplus/kinds'
import type { Command } from '@periplus/commands'
import type { Controller, Decision } from '@periplus/controller'
import { hollowKubelet } from '@periplus/controller'
import type { Cut } from '@periplus/projection'
import { formatTime } from '@periplus/api'

export const witnessNamespace = 'witness'

const object = (apiVersion: string, kind: string, name: string, spec: object): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name, namespace: witnessNamespace }, spec }) as KubernetesObject

const pod = (app: string, more: object = {}): object => ({
  metadata: { labels: { app } },
  spec: {
    // They get room before those who have taken it for themselves.
    priorityClassName: 'system-cluster-critical',
    // A node that somebody only claims to have takes pods as well.
    nodeSelector: { witnesses: 'welcome' },
    containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '10m' } } }],
    ...more,
  },
})

/** Innocent objects that the controllers must look after whatever others ask of them. */
export const witnesses = (name: string): readonly KubernetesObject[] => [
  object('apps/v1', 'Deployment', name, {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: pod(name),
  }),
  object('batch/v1', 'Job', name, { completions: 2, parallelism: 2, template: pod(name, { restartPolicy: 'Never' }) }),
  object('v1', 'Service', name, { selector: { app: name }, ports: [{ port: 80 }] }),
]

/** What has not become of the witnesses what should have; empty when all is well. */
export const missingOf = (cut: Pick<Cut, 'get' | 'list'>, name: string): readonly string[] => {
  const deployment = cut.get(Deployment, witnessNamespace, name)
  const job = cut.get(Job, witnessNamespace, name)
  const addresses = cut
    .list(EndpointSlice, witnessNamespace)
    .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap(slice => slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready === true)
  return [
    ...(deployment?.status?.availableReplicas === 2 ? [] : ['the Deployment is not available']),
    ...(job?.status?.succeeded === 2 && job.status.conditions?.some(({ type }) => type === 'Complete')
      ? []
      : ['the Job is not complete']),
    // Those of the job carry the label as well, while they run.
    ...(addresses.length >= 2 ? [] : [`the Service has ${addresses.length} addresses`]),
  ]
}

const hollow = hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 })

/** An address for each name: who has the same one as another is not of interest. */
const addressOf = (name: string): string => {
  const sum = [...name].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 65_000, 7)
  return `10.244.${sum >> 8}.${sum & 255 || 1}`
}

/** What runs has an address. */
const kubelet: Controller = {
  ...hollow,
  decide: (cut, key, moment) => {
    const decision = hollow.decide(cut, key, moment)
    const commands = decision.commands.map((command): Command => {
      if (command.verb !== 'update') return command
      const pod = command.object as Pod
      const podIP = addressOf(key.name)
      return { ...command, object: { ...pod, status: { ...pod.status, podIP, podIPs: [{ ip: podIP }] } } as Pod }
    })
    return { ...decision, commands }
  },
}

/** The hollow nodes, on which pods of jobs end well by themselves. */
export const endingKubelet: Controller = {
  ...hollow,
  name: 'ending-kubelet',
  decide: (cut, key, moment) => {
    const pod = cut.get(Pod, key.namespace, key.name)
    if (pod && isPodTerminated(pod) && !pod.metadata.deletionTimestamp)
      return { commands: [], why: 'its containers have ended' }
    if (
      pod?.status?.phase !== 'Running' ||
      pod.metadata.deletionTimestamp ||
      pod.metadata.labels?.['batch.kubernetes.io/job-name'] === undefined
    )
      return kubelet.decide(cut, key, moment)
    const finishedAt = formatTime(moment.now)
    const containerStatuses = (pod.status?.containerStatuses ?? []).map(one => ({
      ...one,
      ready: false,
      state: { terminated: { exitCode: 0, finishedAt } },
    }))
    const status = { ...pod.status, phase: 'Succeeded', containerStatuses }
    return {
      commands: [{ verb: 'update', kind: Pod, object: { ...pod, status } as Pod, subresource: 'status' }],
      why: 'its containers have ended',
    } satisfies Decision
  },
}
