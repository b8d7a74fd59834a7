import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Stored } from '@periplus/api'
import { Lease } from '@periplus/kinds'
import type { Command, Commands } from '@periplus/commands'
import type { Sequence } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'

/** Which lease is wanted, by whom, and for how long it holds. */
export interface LeadershipConfig {
  /** Name of the Lease; copies of a service that may not decide together share it. */
  readonly name: string
  readonly namespace: string
  /** Unlike any other copy's. A copy that is started again under its old identity takes its own lease back at once. */
  readonly identity: string
  /** Whether the copy of this identity is known to have ended: its lease is then free without waiting for it to expire. */
  readonly hasEnded?: (identity: string) => boolean
  /** Numbers of Kubernetes' leader election: 15 s, 10 s, 2 s. */
  readonly leaseSeconds?: number
  readonly renewDeadlineSeconds?: number
  readonly retrySeconds?: number
  /** Called when this copy begins to lead. */
  readonly onStart: () => void
  /**
   * Called instead where this copy led before, renewed its lease too late, and no other led since: it has missed nothing. Absent: `onStart`
   * is.
   */
  readonly onContinue?: () => void
  /** An attempt to lead that threw, which is a bug: the lease is then not renewed, and the next attempt comes as ever. */
  readonly onBug: (error: unknown) => void
}

/** Who of several decides. */
export interface Leadership {
  /** Whether this copy may decide now. */
  leads(): boolean
  /** Gives the lease back, so that another copy needn't wait for it to expire. */
  stop(): Promise<void>
}

/** A lease as this copy saw it: expiry is counted on the own clock from the moment of seeing, as clocks of hosts differ. */
interface Observation {
  readonly resourceVersion: string
  readonly at: number
}

/** Leader election on a Lease: the log's compare-and-set decides who wins. */
export const electLeader = (
  config: LeadershipConfig,
  { cut, commands, clock }: { cut: LiveCut; commands: Commands; clock: Clock },
): Leadership => {
  const { name, namespace, identity, leaseSeconds = 15, renewDeadlineSeconds = 10, retrySeconds = 2 } = config
  let renewedAt: number | undefined
  let observed: Observation | undefined
  let stopped = false
  let hasLed = false
  let cancel: () => void = () => undefined
  let attempts = 0

  const leads = (): boolean =>
    !stopped && renewedAt !== undefined && clock.now() - renewedAt < renewDeadlineSeconds * 1000

  const seenNow = (lease: Stored<Lease>): Observation => {
    const { resourceVersion } = lease.metadata
    const seen = observed?.resourceVersion === resourceVersion ? observed : { resourceVersion, at: clock.now() }
    observed = seen
    return seen
  }

  const isFree = (lease: Stored<Lease>): boolean => {
    const holder = lease.spec?.holderIdentity ?? ''
    const seconds = lease.spec?.leaseDurationSeconds ?? leaseSeconds
    const since = seenNow(lease).at
    if (holder === '' || holder === identity || config.hasEnded?.(holder)) return true
    return clock.now() - since >= seconds * 1000
  }

  const claim = (lease: Stored<Lease> | undefined, holder: string): Command => {
    const now = microTime(clock.now())
    const taken = lease?.spec?.holderIdentity !== holder
    const spec = {
      holderIdentity: holder,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: taken ? now : (lease.spec?.acquireTime ?? now),
      renewTime: now,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease && taken && holder !== '' ? 1 : 0),
    }
    return lease
      ? { verb: 'update', kind: Lease, object: { ...lease, spec } as Lease }
      : {
          verb: 'create',
          kind: Lease,
          object: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec } as Lease,
        }
  }

  const write = async (command: Command): Promise<Sequence | undefined> => {
    const cause = cut.entry({ group: 'coordination.k8s.io', resource: 'leases', namespace, name })?.sequence
    const id = `${identity}.${name}.${clock.now().toString(36)}.${(attempts++).toString(36)}`
    const done = await commands.execute(
      command,
      {
        actor: `controller:${name}`,
        component: name,
        causes: cause === undefined ? [] : [cause],
        correlationId: id,
      },
      id,
    )
    if (E.isLeft(done)) return undefined
    await cut.reached(done.right.sequence)
    return done.right.sequence
  }

  const tryToLead = async (): Promise<void> => {
    const lease = cut.get(Lease, namespace, name)
    if (lease && !isFree(lease)) {
      renewedAt = undefined
      return
    }
    const askedAt = clock.now()
    // The write is refused if anybody writes the lease meanwhile.
    const isOwn = hasLed && lease?.spec?.holderIdentity === identity
    if ((await write(claim(lease, identity))) === undefined || stopped) return
    // Asked now: it may have ceased to lead while the lease was being written, and what came due meanwhile has to be gone on with.
    const led = leads()
    renewedAt = askedAt
    hasLed = true
    if (led) return
    if (isOwn && config.onContinue) config.onContinue()
    else config.onStart()
  }

  let attempt: Promise<void> = Promise.resolve()
  const loop = (): void => {
    if (stopped) return
    attempt = tryToLead()
      .catch(config.onBug)
      .finally(() => {
        if (!stopped) cancel = clock.after(retrySeconds * 1000, loop)
      })
  }
  loop()

  return {
    leads,
    stop: async () => {
      const led = leads()
      stopped = true
      cancel()
      await attempt
      const lease = cut.get(Lease, namespace, name)
      if (led && lease?.spec?.holderIdentity === identity) await write(claim(lease, ''))
    },
  }
}

/** RFC 3339 with microseconds, of which the clock knows milliseconds. */
const microTime = (now: number): string => new Date(now).toISOString().replace('Z', '000Z')
