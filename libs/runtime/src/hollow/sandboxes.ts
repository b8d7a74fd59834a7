import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { SandboxConfig } from '../configuration.ts'
import type { RuntimeEvent, SandboxState } from '../container-runtime.ts'
import { done, failed } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import type { AddressPool } from './address-pool.ts'

/** What the parts of a hollow runtime share. */
export interface Hollow {
  readonly clock: Clock
  readonly publish: (event: RuntimeEvent) => void
  readonly newId: () => string
}

export interface HollowSandboxes {
  run(config: SandboxConfig): Outcome<string>
  stop(id: string): Outcome<void>
  remove(id: string): Outcome<void>
  lose(id: string): void
  list(): readonly SandboxState[]
  get(id: string): { readonly state: SandboxState; readonly config: SandboxConfig } | undefined
}

export const hollowSandboxes = (hollow: Hollow, addresses: AddressPool): HollowSandboxes => {
  const sandboxes = new Map<string, { state: SandboxState; readonly config: SandboxConfig; address?: string }>()

  const lose = (id: string): void => {
    const sandbox = sandboxes.get(id)
    if (!sandbox?.state.ready) return
    sandbox.state = { ...sandbox.state, ready: false }
    hollow.publish({ sandboxId: id })
  }
  const stop = (id: string): Outcome<void> => {
    const sandbox = sandboxes.get(id)
    lose(id)
    if (!sandbox?.address) return done
    addresses.release(sandbox.address)
    delete sandbox.address
    sandbox.state = { ...sandbox.state, ips: [] }
    return done
  }

  return {
    run: config => {
      const { pod } = config
      for (const { state } of sandboxes.values())
        if (state.pod.uid === pod.uid && state.pod.attempt === pod.attempt)
          return failed(`sandbox of pod ${pod.namespace}/${pod.name} (attempt ${pod.attempt}) exists as "${state.id}"`)
      const address = config.hostNetwork ? undefined : addresses.take()
      if (!config.hostNetwork && address === undefined)
        return failed('failed to setup network for sandbox: no IP addresses available in range set')
      const state: SandboxState = {
        id: hollow.newId(),
        pod,
        ready: true,
        ips: address === undefined ? [] : [address],
        createdAt: hollow.clock.now(),
        labels: config.labels,
        annotations: config.annotations,
      }
      sandboxes.set(state.id, { state, config, ...(address !== undefined && { address }) })
      hollow.publish({ sandboxId: state.id })
      return E.right(state.id)
    },
    stop,
    remove: id => {
      stop(id)
      if (sandboxes.delete(id)) hollow.publish({ sandboxId: id })
      return done
    },
    lose,
    list: () => [...sandboxes.values()].map(({ state }) => state),
    get: id => sandboxes.get(id),
  }
}
