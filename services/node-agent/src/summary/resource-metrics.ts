import { series } from '@periplus/service'
import type { NodeUse } from './summary.ts'

/** The kubelet's `/metrics/resource`, in Prometheus' text format: what metrics-server reads. */
export const resourceMetrics = ({ after, pods }: NodeUse): string => {
  const containers = pods.flatMap(({ pod, containers: all }) =>
    all
      .filter(({ state }) => state === 'running')
      .flatMap(({ id, name, startedAt }) => {
        const use = after.containers.get(id)
        const labels = { container: name, namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '' }
        return use ? [{ labels, use, startedAt }] : []
      }),
  )
  const ofPods = pods.flatMap(({ pod }) => {
    const own = containers.filter(
      ({ labels }) => labels.pod === pod.metadata?.name && labels.namespace === pod.metadata.namespace,
    )
    const labels = { namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '' }
    const sum = (figure: 'cpuNanoseconds' | 'memoryBytes') => own.reduce((total, { use }) => total + use[figure], 0)
    return own.length === 0 ? [] : [{ labels, cpu: sum('cpuNanoseconds'), memory: sum('memoryBytes') }]
  })
  const { at, machine } = after
  const families: readonly Family[] = [
    {
      name: 'container_cpu_usage_seconds_total',
      type: 'counter',
      samples: containers.map(({ labels, use }) => [labels, use.cpuNanoseconds / 1e9]),
    },
    {
      name: 'container_memory_working_set_bytes',
      type: 'gauge',
      samples: containers.map(({ labels, use }) => [labels, use.memoryBytes]),
    },
    {
      name: 'container_start_time_seconds',
      type: 'gauge',
      samples: containers.map(({ labels, startedAt }) => [labels, startedAt / 1000]),
    },
    { name: 'node_cpu_usage_seconds_total', type: 'counter', samples: [[{}, machine.cpuNanoseconds / 1e9]] },
    { name: 'node_memory_working_set_bytes', type: 'gauge', samples: [[{}, machine.memoryBytes]] },
    {
      name: 'pod_cpu_usage_seconds_total',
      type: 'counter',
      samples: ofPods.map(({ labels, cpu }) => [labels, cpu / 1e9]),
    },
    {
      name: 'pod_memory_working_set_bytes',
      type: 'gauge',
      samples: ofPods.map(({ labels, memory }) => [labels, memory]),
    },
  ]
  return [
    ...families.map(family => familyText(family, at)),
    '# TYPE resource_scrape_error gauge\nresource_scrape_error 0\n',
  ].join('')
}

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]
}

const familyText = ({ name, type, samples }: Family, at: number): string => {
  const lines = samples.map(([labels, value]) => `${series(name, labels)} ${value} ${at}\n`)
  return `# TYPE ${name} ${type}\n${lines.join('')}`
}
