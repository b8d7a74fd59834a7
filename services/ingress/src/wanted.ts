import { whenever } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { ownIngresses } from './routes/ours.ts'

/** Calls `told` now and whenever the answer changes: whether there is any Ingress of our class, and so anything to serve. */
export const whetherWanted = (cut: LiveCut, told: (wanted: boolean) => void): (() => void) =>
  whenever(
    cut,
    ({ resource }) => resource === 'ingresses' || resource === 'ingressclasses',
    () => ownIngresses(cut).length > 0,
    told,
  )
