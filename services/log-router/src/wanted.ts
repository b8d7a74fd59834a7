import { whenever } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { sinkKinds } from './definitions/ensure-definitions.ts'
import { sinkGroup } from './definitions/sink.ts'

/** Calls `told` now and whenever the answer changes: whether there is any sink, and so anything for a router to do. */
export const whetherWanted = (cut: LiveCut, told: (wanted: boolean) => void): (() => void) =>
  whenever(
    cut,
    ({ group, resource }) => group === sinkGroup || resource === 'customresourcedefinitions',
    () => sinkKinds(cut).some(({ group, resource }) => cut.entries(group, resource).length > 0),
    told,
  )
