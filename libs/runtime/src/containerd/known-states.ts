import { E } from '@periplus/prelude'
import type { ContainerState, SandboxState } from '../container-runtime.ts'
import type { Outcome } from '../refusals.ts'
import { cri } from './cri-messages.ts'
import { containerStateOf, milliseconds } from './from-cri.ts'
import type { GrpcChannel } from '@periplus/grpc'
import { refusalOf } from './refusal-of.ts'

/**
 * Full states of everything, for the price of two list calls: CRI's lists leave out addresses, times and exit codes, so the
 * details are asked for once per state that a sandbox or container enters, and kept.
 */
export interface KnownStates {
  sandboxes(): Promise<Outcome<readonly SandboxState[]>>
  containers(): Promise<Outcome<readonly ContainerState[]>>
  container(id: string): Promise<Outcome<ContainerState>>
  /** The sandbox of a container, if it was seen. */
  sandboxOf(containerId: string): string | undefined
  isSandbox(id: string): boolean
}

const seconds = 30

export const knownStates = (channel: GrpcChannel): KnownStates => {
  const addresses = new Map<string, { readonly state: number; readonly ips: readonly string[] }>()
  const containers = new Map<string, { readonly state: number; readonly known: ContainerState }>()
  const sandboxOf = new Map<string, string>()

  const ipsOf = async (id: string, state: number): Promise<readonly string[] | undefined> => {
    const kept = addresses.get(id)
    if (kept?.state === state) return kept.ips
    const got = await channel.unary(cri.podSandboxStatus, { id }, seconds)
    if (E.isLeft(got)) return undefined
    const { network } = got.right.status
    const ips = [network.ip, ...network.more.map(({ ip }) => ip)].filter(Boolean)
    addresses.set(id, { state: got.right.status.state, ips })
    return ips
  }
  const detail = async (id: string, sandboxId: string): Promise<Outcome<ContainerState>> => {
    const got = await channel.unary(cri.containerStatus, { id }, seconds)
    if (E.isLeft(got)) return E.left(refusalOf(got.left))
    const known = containerStateOf(sandboxId, got.right.status)
    containers.set(id, { state: got.right.status.state, known })
    return E.right(known)
  }
  const listContainers = () => channel.unary(cri.listContainers, {}, seconds)

  return {
    sandboxes: async () => {
      const listed = await channel.unary(cri.listPodSandbox, {}, seconds)
      if (E.isLeft(listed)) return E.left(refusalOf(listed.left))
      const states = await Promise.all(
        listed.right.items.map(async (item): Promise<SandboxState[]> => {
          const ips = await ipsOf(item.id, item.state)
          // Removed since it was listed.
          if (!ips) return []
          const { id, metadata: pod, labels, annotations } = item
          return [
            { id, pod, ready: item.state === 0, ips, createdAt: milliseconds(item.createdAt), labels, annotations },
          ]
        }),
      )
      forgetOthers(addresses, listed.right.items)
      return E.right(states.flat())
    },
    containers: async () => {
      const listed = await listContainers()
      if (E.isLeft(listed)) return E.left(refusalOf(listed.left))
      const states = await Promise.all(
        listed.right.containers.map(async ({ id, sandboxId, state }): Promise<ContainerState[]> => {
          sandboxOf.set(id, sandboxId)
          const kept = containers.get(id)
          if (kept?.state === state) return [kept.known]
          const got = await detail(id, sandboxId)
          return E.isLeft(got) ? [] : [got.right]
        }),
      )
      forgetOthers(containers, listed.right.containers)
      forgetOthers(sandboxOf, listed.right.containers)
      return E.right(states.flat())
    },
    container: async id => {
      let sandboxId = sandboxOf.get(id)
      if (sandboxId === undefined) {
        const listed = await listContainers()
        if (E.isLeft(listed)) return E.left(refusalOf(listed.left))
        for (const container of listed.right.containers) sandboxOf.set(container.id, container.sandboxId)
        sandboxId = sandboxOf.get(id) ?? ''
      }
      return detail(id, sandboxId)
    },
    sandboxOf: id => sandboxOf.get(id),
    isSandbox: id => addresses.has(id),
  }
}

const forgetOthers = (kept: Map<string, unknown>, listed: readonly { readonly id: string }[]): void => {
  const ids = new Set(listed.map(({ id }) => id))
  for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id)
}
