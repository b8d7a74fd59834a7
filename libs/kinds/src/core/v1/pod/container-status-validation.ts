import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { restartsAfter } from '../../../pods/restart.ts'
import { each, within } from '../../../validation/values.ts'
import type { Container } from '../container.ts'
import type { ContainerStatus } from './container-status.ts'
import type { Pod } from './schema.ts'

const { forbidden } = fieldError

type Statuses = readonly ContainerStatus[] | undefined

/** What is wrong with what is said of containers: those that ended for good do not come back, and their users are some. */
export const containerStatusErrors = (next: Pod, previous: Pod): readonly FieldError[] => {
  const { containers, initContainers, restartPolicy } = previous.spec ?? {}
  const [is, was] = [next.status, previous.status]
  const restarts = (all: readonly Container[] = []) => {
    const named = new Map(all.map(one => [one.name, one] as const))
    return (name: string, exitCode: number): boolean => {
      const container = named.get(name)
      return container !== undefined && restartsAfter(container, restartPolicy, exitCode)
    }
  }
  const app = 'status.containerStatuses'
  const init = 'status.initContainerStatuses'
  const ephemeral = 'status.ephemeralContainerStatuses'
  return [
    ...endedErrors(app, is?.containerStatuses, was?.containerStatuses, restarts(containers)),
    ...endedErrors(init, is?.initContainerStatuses, was?.initContainerStatuses, restarts(initContainers)),
    ...endedErrors(ephemeral, is?.ephemeralContainerStatuses, was?.ephemeralContainerStatuses, () => false),
    ...userErrors(app, is?.containerStatuses, next),
    ...userErrors(init, is?.initContainerStatuses, next),
    ...userErrors(ephemeral, is?.ephemeralContainerStatuses, next),
  ]
}

/** Told at the place that the container had. */
const endedErrors = (
  path: FieldPath,
  next: Statuses,
  previous: Statuses,
  restarts: (name: string, exitCode: number) => boolean,
): readonly FieldError[] => {
  const goesOn = new Set((next ?? []).filter(({ state }) => !state?.terminated).map(({ name }) => name))
  return each(path, previous, ({ name, state }, at) =>
    state?.terminated && goesOn.has(name) && !restarts(name, state.terminated.exitCode)
      ? [forbidden(`${at}.state`, 'may not be transitioned to non-terminated state')]
      : [],
  )
}

const userErrors = (path: FieldPath, statuses: Statuses, { spec }: Pod): readonly FieldError[] => {
  const system = spec?.os?.name ?? 'linux'
  return each(path, statuses, ({ user }, place) => {
    const at = `${place}.user.linux`
    if (!user?.linux) return []
    if (system === 'windows') return [forbidden(at, 'cannot be set for a windows pod')]
    if (system !== 'linux') return []
    const { uid, gid, supplementalGroups } = user.linux
    return [
      ...within(`${at}.uid`, uid, 0),
      ...within(`${at}.gid`, gid, 0),
      ...each(`${at}.supplementalGroups`, supplementalGroups, (group, of) => within(of, group, 0)),
    ]
  })
}
