import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Stored } from '@periplus/api'
import type { Command, Commands } from '@periplus/commands'
import { Lease, Namespace } from '@periplus/kinds'
import type { LiveCut } from '@periplus/projection'

/** Of the routers alone: whoever may write a Lease of any name in `kube-system` could lead in the scheduler's place. */
const namespace = 'periplus-log-router'
const label = 'logs.periplus.io/router'

const ownNamespace: Command = {
  verb: 'create',
  kind: Namespace,
  object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } as Namespace,
}

/** Seconds for which a copy that says nothing counts as alive, and between two words of its. */
const leaseSeconds = 15
const renewSeconds = 5

export interface Membership {
  /** Copies of the router that live, this one among them, by name. */
  members(): readonly string[]
  /** Gives the others this copy's share. */
  leave(): Promise<void>
}

interface Seen {
  readonly resourceVersion: string
  readonly at: number
}

/**
 * The copies of the router that share the sinks, each with a Lease that it renews. Expiry is counted on the own clock from the moment
 * of seeing, as clocks of hosts differ. `onChange` is called after the members have changed.
 */
export const joinRouters = (
  router: string,
  { cut, commands, clock }: { readonly cut: LiveCut; readonly commands: Commands; readonly clock: Clock },
  onChange: () => void,
  onBug: (error: unknown) => void,
): Membership => {
  const seen = new Map<string, Seen>()
  const name = `log-router-${router}`
  let known = router
  let left = false
  let cancel = (): void => undefined

  const leases = (): readonly Stored<Lease>[] => cut.labelled(Lease, namespace, { [label]: 'true' })

  const isAlive = (lease: Stored<Lease>): boolean => {
    const before = seen.get(lease.metadata.name)
    const { resourceVersion } = lease.metadata
    const now = before?.resourceVersion === resourceVersion ? before : { resourceVersion, at: clock.now() }
    seen.set(lease.metadata.name, now)
    return clock.now() - now.at < (lease.spec?.leaseDurationSeconds ?? leaseSeconds) * 1000
  }

  const members = (): readonly string[] => {
    const others = leases().flatMap(lease => {
      const holder = lease.spec?.holderIdentity
      return holder !== undefined && holder !== '' && holder !== router && isAlive(lease) ? [holder] : []
    })
    return [...others, ...(left ? [] : [router])].sort()
  }

  const look = (): void => {
    const now = members().join(' ')
    if (now === known) return
    known = now
    onChange()
  }

  const execute = async (command: Command): Promise<boolean> => {
    const id = `${router}.${clock.now().toString(36)}`
    const origin = { actor: 'controller:log-router', component: 'log-router', causes: [], correlationId: id }
    return E.isRight(await commands.execute(command, origin))
  }

  const lease = (): Command => {
    const present = cut.get(Lease, namespace, name)
    const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z')
    const spec = { holderIdentity: router, leaseDurationSeconds: leaseSeconds, renewTime }
    if (present) return { verb: 'update', kind: Lease, object: { ...present, spec } as Lease }
    const metadata = { name, namespace, labels: { [label]: 'true' } }
    const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec } as Lease
    return { verb: 'create', kind: Lease, object }
  }

  const remove = (leaseName: string): Promise<boolean> =>
    execute({
      ...{ verb: 'delete', kind: Lease, options: {} },
      ref: { group: 'coordination.k8s.io', resource: 'leases', namespace, name: leaseName },
    })

  /** Leases of copies that ended without a word. */
  const removeOld = async (): Promise<void> => {
    for (const { metadata } of leases())
      if (metadata.name !== name && clock.now() - (seen.get(metadata.name)?.at ?? Infinity) > 4 * leaseSeconds * 1000) {
        seen.delete(metadata.name)
        await remove(metadata.name)
      }
  }

  const beat = async (): Promise<void> => {
    if (!cut.get(Namespace, '', namespace)) await execute(ownNamespace)
    await execute(lease())
    look()
    await removeOld()
  }
  const loop = (): void => {
    if (left) return
    void beat()
      .catch(onBug)
      .finally(() => {
        if (!left) cancel = clock.after(renewSeconds * 1000, loop)
      })
  }
  const unsubscribe = cut.subscribe(changes => {
    if (
      !left &&
      changes.some(({ event }) => event.ref.resource === 'leases' && event.ref.name.startsWith('log-router-'))
    )
      look()
  })
  loop()

  return {
    members,
    leave: async () => {
      left = true
      cancel()
      unsubscribe()
      await remove(name)
    },
  }
}
