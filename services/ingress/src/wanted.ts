import type { LiveCut } from '@periplus/projection'
import { ownIngresses } from './routes/ours.ts'

/** Calls `told` now and whenever the answer changes: whether there is any Ingress of our class, and so anything to serve. */
export const whetherWanted = (cut: LiveCut, told: (wanted: boolean) => void): (() => void) => {
  let known: boolean | undefined
  const look = (): void => {
    const wanted = ownIngresses(cut).length > 0
    if (wanted === known) return
    known = wanted
    told(wanted)
  }
  look()
  return cut.subscribe(changes => {
    if (changes.some(({ event: { ref } }) => ref.resource === 'ingresses' || ref.resource === 'ingressclasses')) look()
  })
}
