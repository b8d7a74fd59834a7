import { formatTime, controlledBy } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { anHourLater, completed } from '@periplus/controller'
import { Job, Pod } from '@periplus/kinds'
import type { JobSpec, JobStatus } from '@periplus/kinds'

/** Jobs and their pods, with as little in them as matters. */

const labels = { 'batch.kubernetes.io/controller-uid': 'uid-job-pi' }

export const started = formatTime(anHourLater - 60_000)

/** A job that has been seen once: it has started, and its status says what there is to say of no pods. */
export const seen: JobStatus = { startTime: started, ready: 0, terminating: 0, uncountedTerminatedPods: {} }

export const job = (spec: Partial<JobSpec> = {}, status?: JobStatus, metadata = {}): Stored<Job> =>
  completed(Job, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi', namespace: 'default', ...metadata },
    spec: {
      parallelism: 1,
      ...('completions' in spec ? {} : { completions: 1 }),
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
      suspend: false,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, 'job-name': 'pi' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] },
      },
      ...spec,
    },
    ...(status ? { status } : {}),
  } as Job) as Stored<Job>

export const indexed = (spec: Partial<JobSpec> = {}, status?: JobStatus): Stored<Job> =>
  job({ completionMode: 'Indexed', completions: 3, parallelism: 3, ...spec }, status)

export interface JobPodTraits {
  readonly phase?: string
  readonly index?: number
  /** Exit code of its container, which has ended then. */
  readonly exit?: number
  /** Milliseconds since the epoch at which its container ended; default: a minute before the test's now. */
  readonly ended?: number
  /** Whether the job's finalizer holds it; default: it does. */
  readonly held?: boolean
  readonly deleting?: boolean
  readonly ready?: boolean
  readonly restarts?: number
  readonly conditions?: NonNullable<Pod['status']>['conditions']
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner?: Stored<Job>
  readonly loose?: boolean
  readonly labels?: Readonly<Record<string, string>>
}

export const jobPod = (name: string, traits: JobPodTraits = {}): Pod => {
  const { phase = 'Running', index, exit, ended = anHourLater - 60_000, ready = phase === 'Running' } = traits
  const code = exit ?? (phase === 'Failed' ? 1 : phase === 'Succeeded' ? 0 : undefined)
  const place: Readonly<Record<string, string>> =
    index === undefined ? {} : { 'batch.kubernetes.io/job-completion-index': String(index) }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      labels: traits.labels ?? { ...labels, ...place },
      annotations: { ...place, ...traits.annotations },
      ...(traits.held === false ? {} : { finalizers: ['batch.kubernetes.io/job-tracking'] }),
      ...(traits.loose ? {} : { ownerReferences: [controlledBy(Job, traits.owner ?? job())] }),
      ...(traits.deleting
        ? { deletionTimestamp: formatTime(anHourLater - 30_000), deletionGracePeriodSeconds: 30 }
        : {}),
    },
    spec: { containers: [{ name: 'main', image: 'busybox' }], nodeName: 'node' },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }, ...(traits.conditions ?? [])],
      containerStatuses: [
        {
          name: 'main',
          image: 'busybox',
          imageID: '',
          ready,
          restartCount: traits.restarts ?? 0,
          state: code === undefined ? {} : { terminated: { exitCode: code, finishedAt: formatTime(ended) } },
        },
      ],
    },
  }
}

const finalizer = 'batch.kubernetes.io/job-tracking'
const at = formatTime(anHourLater)

/** Commands that are expected of a decision about the job `pi`, and a condition as it becomes so at the tests' now. */

export const status = (expected: object) => ({
  verb: 'patch' as const,
  kind: Job,
  subresource: 'status',
  resourceVersion: '1',
  patch: { body: { status: expected } },
})
export const letsGo = (name: string) => ({
  verb: 'patch' as const,
  kind: Pod,
  ref: { name },
  patch: { body: { metadata: { uid: name, '$deleteFromPrimitiveList/finalizers': [finalizer] } } },
})
export const deletes = (name: string) => ({ verb: 'delete' as const, kind: Pod, ref: { name } })
export const creates = (object: object = {}) => ({ verb: 'create' as const, kind: Pod, object })
export const condition = (type: string, reason: string, message: string, is = 'True') => ({
  ...{ type, status: is, reason, message, lastProbeTime: at, lastTransitionTime: at },
})
