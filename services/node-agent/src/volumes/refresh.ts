import { CSIDriver, PersistentVolume, PersistentVolumeClaim, podClaims } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'

export interface RefreshOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly cut: Cut
  /** Brings volumes of such pods up to date. */
  readonly refresh: (concerns: (pod: Pod) => boolean) => void
}

/** As often as the kubelet looks at each pod anew. */
const everyMilliseconds = 60_000

/** Brings volumes up to date that grow old though nothing changes, until the signal aborts. */
export const refreshVolumes = async ({ clock, signal, cut, refresh }: RefreshOptions): Promise<void> => {
  while (!signal.aborted) {
    await pause(clock, everyMilliseconds, signal)
    if (!signal.aborted) refresh(pod => growsOld(cut, pod))
  }
}

/** Tokens end, anchors of trust are whoever's the cluster says, and some storage drivers want to be asked again and again. */
const growsOld = (cut: Cut, pod: Pod): boolean =>
  (pod.spec?.volumes ?? []).some(
    ({ projected, csi }) =>
      projected?.sources?.some(
        ({ serviceAccountToken, clusterTrustBundle }) => serviceAccountToken ?? clusterTrustBundle,
      ) || isAskedAgain(cut, csi?.driver),
  ) ||
  podClaims(pod).some(({ claimName }) => isAskedAgain(cut, driverOf(cut, pod.metadata?.namespace ?? '', claimName)))

const driverOf = (cut: Cut, namespace: string, claimName: string): string | undefined => {
  const name = cut.get(PersistentVolumeClaim, namespace, claimName)?.spec?.volumeName
  return name ? cut.get(PersistentVolume, '', name)?.spec?.csi?.driver : undefined
}

const isAskedAgain = (cut: Cut, driver: string | undefined): boolean =>
  driver !== undefined && cut.get(CSIDriver, '', driver)?.spec.requiresRepublish === true
