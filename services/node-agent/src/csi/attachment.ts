import type { Stored } from '@periplus/api'
import { VolumeAttachment, attachmentName } from '@periplus/kinds'
import type { Texts } from '@periplus/csi'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { CsiWanted } from './wanted.ts'

export interface AttachmentOptions {
  readonly nodeName: string
  readonly cut: LiveCut
  readonly clock: Clock
}

/** As long as the kubelet waits before it says so, and looks again. */
const patienceMilliseconds = 120_000

/**
 * Waits until a volume is attached to the node, and resolves to what attaching it told. Refused in the kubelet's words: it failed, it takes
 * too long, or nobody wants it any more (`signal`).
 */
export const attachment = (
  { nodeName, cut, clock }: AttachmentOptions,
  { driver, handle, name }: CsiWanted,
  signal: AbortSignal,
): Promise<Either<string, Texts>> =>
  new Promise(resolve => {
    const id = attachmentName(handle, driver, nodeName)
    const done = (outcome: Either<string, Texts>): void => {
      stop()
      cancel()
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const abort = (): void => done(E.left(`the pod does not need the volume ${name} any more`))
    const look = (): void => {
      const state = stateOf(cut.get(VolumeAttachment, '', id), driver, nodeName)
      if (state) done(state)
    }
    const stop = cut.subscribe(changes => {
      if (changes.some(({ event: { ref } }) => ref.resource === VolumeAttachment.resource)) look()
    })
    const cancel = clock.after(patienceMilliseconds, () =>
      done(E.left(`timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`)),
    )
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    else look()
  })

/** `undefined`: it is on its way. */
const stateOf = (
  found: Stored<VolumeAttachment> | undefined,
  driver: string,
  nodeName: string,
): Either<string, Texts> | undefined => {
  if (!found) return undefined
  const { spec, status, metadata } = found
  // Whoever may write attachments names them.
  if (spec.attacher !== driver || spec.nodeName !== nodeName) return E.left(`${metadata.name} attaches something else`)
  if (metadata.deletionTimestamp !== undefined) return undefined
  if (status?.attached) return E.right(status.attachmentMetadata ?? {})
  return status?.attachError ? E.left(status.attachError.message ?? 'it could not be attached') : undefined
}
