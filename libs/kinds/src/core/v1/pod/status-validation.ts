import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { isIpAddress } from '../../../validation/ip-address.ts'
import { each, immutable } from '../../../validation/values.ts'
import type { ContainerStatus } from './container-status.ts'
import type { Pod } from './schema.ts'

const { forbidden, invalid } = fieldError

/** What is wrong with how a pod's status goes on from what it was. */
export const podStatusErrors = (next: Pod, previous: Pod): readonly FieldError[] => [
  ...(next.spec?.nodeName === previous.spec?.nodeName
    ? []
    : [forbidden('status.nodeName', 'may not be changed directly')]),
  ...endedErrors('status.containerStatuses', next, previous, ({ status }) => status?.containerStatuses),
  ...endedErrors('status.initContainerStatuses', next, previous, ({ status }) => status?.initContainerStatuses),
  ...(previous.status?.qosClass ? immutable('status.qosClass', next.status?.qosClass, previous.status.qosClass) : []),
  ...each('status.podIPs', next.status?.podIPs, ({ ip }, at) => addressErrors(at, ip)),
]

/** Unless all are always restarted, a container that ended for good does not come back. */
const endedErrors = (
  path: string,
  next: Pod,
  previous: Pod,
  statusesOf: (pod: Pod) => readonly ContainerStatus[] | undefined,
): readonly FieldError[] => {
  const { restartPolicy = 'Always', containers = [], initContainers = [] } = previous.spec ?? {}
  if (restartPolicy === 'Always') return []
  const ownPolicy = new Set([...containers, ...initContainers].filter(one => one.restartPolicy).map(({ name }) => name))
  const ended = new Map((statusesOf(previous) ?? []).map(({ name, state }) => [name, state?.terminated] as const))
  return each(path, statusesOf(next), ({ name, state }, at) => {
    const before = ended.get(name)
    if (!before || state?.terminated || ownPolicy.has(name)) return []
    if (before.exitCode !== 0 && restartPolicy === 'OnFailure') return []
    return [forbidden(`${at}.state`, 'may not be transitioned to non-terminated state')]
  })
}

const addressErrors = (path: string, ip: string): readonly FieldError[] =>
  isIpAddress(ip) ? [] : [invalid(path, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
