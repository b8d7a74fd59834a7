import type { Controller } from '@periplus/controller'
import type { KindsAt } from '@periplus/custom'
import { HorizontalPodAutoscaler } from '@periplus/kinds'
import { autoscale } from './decide.ts'

/** Keeps as many pods as what they use asks for. It looks four times a minute, and at once when somebody wants it otherwise. */
export const horizontalPodAutoscalerController = (kindsAt: KindsAt): Controller => ({
  name: 'horizontalpodautoscaler',
  version: 2,
  primary: HorizontalPodAutoscaler,
  // Its own writes, of status and of what it remembers, are no news.
  wakesItself: ({ before, after }) => {
    const specOf = (object: typeof after): string =>
      JSON.stringify((object as HorizontalPodAutoscaler | undefined)?.spec)
    return after !== undefined && (before === undefined || specOf(before) !== specOf(after))
  },
  watches: [],
  decide: (cut, key, moment) => {
    const hpa = cut.get(HorizontalPodAutoscaler, key.namespace, key.name)
    if (!hpa) return { commands: [], why: 'it is gone' }
    if (hpa.metadata.deletionTimestamp !== undefined) return { commands: [], why: 'it is being deleted' }
    return autoscale(cut, kindsAt(cut), hpa, moment)
  },
})
