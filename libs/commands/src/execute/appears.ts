import type { ObjectRef } from '@periplus/api'
import type { Clock } from '@periplus/prelude'
import type { Sequence } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'

/** Whether the object comes to be in the cut within so many milliseconds. */
export const appears = (cut: LiveCut, ref: ObjectRef, clock: Clock, milliseconds: number): Promise<boolean> =>
  new Promise(resolve => {
    if (cut.entry(ref)) return resolve(true)
    const finish = (found: boolean): void => {
      stop()
      cancel()
      resolve(found)
    }
    const stop = cut.subscribe(() => {
      if (cut.entry(ref)) finish(true)
    })
    const cancel = clock.after(milliseconds, () => finish(false))
  })

/** Whether the cut comes to contain a sequence within so many milliseconds. */
export const reaches = async (
  cut: LiveCut,
  sequence: Sequence,
  clock: Clock,
  milliseconds: number,
): Promise<boolean> => {
  const enough = new AbortController()
  const cancel = clock.after(milliseconds, () => enough.abort())
  await cut.reached(sequence, enough.signal).catch(() => undefined)
  cancel()
  return cut.sequence >= sequence
}
