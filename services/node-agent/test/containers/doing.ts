import type { Container, Pod } from '@periplus/kinds'

export const busybox = (script: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'busybox:1.36',
  command: ['sh', '-c', script],
  ...more,
})
export const forever = 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done'
export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') ?? false
export const stateOf = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state
