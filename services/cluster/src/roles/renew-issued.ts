import { messageOf, repeatedly } from '@periplus/prelude'
import type { Clock, Repetition } from '@periplus/prelude'
import type { Pki } from '@periplus/apiserver'

type Identity = Pki['serving']

/** What a host with a control plane shows of what its authority issues. */
export interface Issued {
  readonly serving: Identity
  readonly admin: Identity
  readonly frontProxy: Identity
  /** Of its servers of NATS; absent where no other host reaches them. */
  readonly peer?: Identity
}

export interface RenewIssued {
  /** Issues what is about to end, and gives all of it. */
  readonly issue: () => Promise<Issued>
  /** Called where any of it is another one than before. */
  readonly show: (issued: Issued) => Promise<void>
  readonly clock: Clock
  readonly onFailed: (why: string) => void
}

const lookEvery = 60 * 60_000

const certificatesOf = ({ serving, admin, frontProxy, peer }: Issued): string =>
  [serving, admin, frontProxy, peer].map(identity => identity?.certificate).join()

/**
 * Has servers that run for longer than their certificates are good for show new ones. `begun`: what is shown now. The authorities
 * themselves stay, for the ten years that they have.
 */
export const renewIssued = ({ issue, show, clock, onFailed }: RenewIssued, begun: Issued): Repetition => {
  let shown = certificatesOf(begun)
  return repeatedly(clock, lookEvery, async () => {
    try {
      const issued = await issue()
      if (certificatesOf(issued) === shown) return
      await show(issued)
      shown = certificatesOf(issued)
    } catch (error) {
      onFailed(messageOf(error))
    }
  })
}
