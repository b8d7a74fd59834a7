import { sinkKinds } from './definitions/ensure-definitions.ts'
import { sinkGroup } from './definitions/sink.ts'
import type { LiveCut } from '@periplus/projection'

/** Calls `told` now and whenever the answer changes: whether there is any sink, and so anything for a router to do. */
export const whetherWanted = (cut: LiveCut, told: (wanted: boolean) => void): (() => void) => {
  let known: boolean | undefined
  const look = (): void => {
    const wanted = sinkKinds(cut).some(({ group, resource }) => cut.entries(group, resource).length > 0)
    if (wanted === known) return
    known = wanted
    told(wanted)
  }
  look()
  return cut.subscribe(changes => {
    if (changes.some(({ event: { ref } }) => ref.group === sinkGroup || ref.resource === 'customresourcedefinitions'))
      look()
  })
}
