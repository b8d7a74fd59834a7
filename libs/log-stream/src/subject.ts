import type { ContainerRun } from './record.ts'

/** The stream of all containers' lines. */
export const logsStream = 'LOGS'

/** Every subject of the stream. */
export const logSubjects = 'logs.>'

/** Whose lines: all, those of a namespace, of a pod's name in it, or of one of its containers. */
export interface LogScope {
  readonly namespace?: string
  readonly pod?: string
  readonly container?: string
}

/** Dots of a pod's name become underscores, which names do not have. */
export const podToken = (pod: string): string => pod.replaceAll('.', '_')

/** `logs.<namespace>.<pod>.<container>` */
export const logSubject = ({
  namespace,
  pod,
  container,
}: Pick<ContainerRun, 'namespace' | 'pod' | 'container'>): string => `logs.${namespace}.${podToken(pod)}.${container}`

/** What to ask the stream for; `undefined` where a part is no name and nothing can be there. */
export const scopeSubject = ({ namespace, pod, container }: LogScope): string | undefined => {
  const parts = [namespace, pod === undefined ? undefined : podToken(pod), container]
  if (parts.some(part => part !== undefined && !isToken(part))) return undefined
  return `logs.${parts.map(part => part ?? '*').join('.')}`
}

export const isToken = (text: string): boolean => /^[a-z0-9_-]{1,253}$/.test(text)
