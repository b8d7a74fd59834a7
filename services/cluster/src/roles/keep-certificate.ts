import { X509Certificate } from 'node:crypto'
import { messageOf, repeatedly } from '@periplus/prelude'
import type { Clock, Repetition } from '@periplus/prelude'
import type { NodeIdentity } from './request-certificate.ts'

/** How a node comes to its next certificate. */
export interface KeepCertificate {
  /** The present one, in PEM. */
  readonly present: () => string
  /** Rejects with what a person is told. */
  readonly request: () => Promise<NodeIdentity>
  /** Writes it down and shows it from now on. */
  readonly take: (identity: NodeIdentity) => Promise<void>
  readonly clock: Clock
  /** From 0 to 1, below 1. */
  readonly random: () => number
  /** `why`: it could not be renewed; the next try is in ten minutes. */
  readonly onTried: (why: string | undefined) => void
}

/**
 * When a certificate is to be replaced, in milliseconds: once 70 to 90 % of its time are over, as a kubelet does, so that nodes that came
 * together do not ask together. `share`: from 0 to 1.
 */
export const renewalTime = (
  { validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>,
  share: number,
): number => {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
  return from + (to - from) * (0.7 + 0.2 * share)
}

const lookEvery = 10 * 60_000

/** Looks after a node's certificate for as long as it runs. What is due when it begins is done then. */
export const keepCertificate = ({ present, request, take, clock, random, onTried }: KeepCertificate): Repetition => {
  // Of each certificate one moment, and not another one at every look.
  let share = random()
  const look = async (): Promise<void> => {
    try {
      if (clock.now() < renewalTime(new X509Certificate(present()), share)) return
      await take(await request())
      share = random()
      onTried(undefined)
    } catch (error) {
      onTried(messageOf(error))
    }
  }
  const first = look()
  const looking = repeatedly(clock, lookEvery, look)
  return { stop: () => Promise.all([first, looking.stop()]).then(() => undefined) }
}
