import { toJson } from '@periplus/api'
import type { RecentSamples } from '../metrics/recent-samples.ts'
import { measure } from './measure.ts'
import type { MeasureOptions } from './measure.ts'
import { resourceMetrics } from './resource-metrics.ts'
import { summaryOf } from './summary.ts'
import type { NodeUse } from './summary.ts'

/** A node's figures as a kubelet tells them; `undefined` until there are some. */
export interface NodeFigures {
  /** `/stats/summary`. */
  summary(onlyBusy: boolean): Promise<string | undefined>
  /** `/metrics/resource`. */
  resources(): Promise<string | undefined>
}

/** Counting files takes time: whoever asks more often is told what was counted last. */
const freshMilliseconds = 15_000

export const nodeFigures = (options: MeasureOptions, samples: RecentSamples): NodeFigures => {
  let last: { readonly at: number; readonly use: Promise<NodeUse> } | undefined

  const current = async (): Promise<NodeUse | undefined> => {
    const pair = samples.pair()
    if (!pair) return undefined
    const now = options.node.clock.now()
    if (!last || now - last.at >= freshMilliseconds) last = { at: now, use: measure(options, pair) }
    const mine = last
    try {
      return await mine.use
    } catch (error) {
      if (last === mine) last = undefined
      throw error
    }
  }

  return {
    summary: async onlyBusy => {
      const use = await current()
      return use && toJson(summaryOf(use, onlyBusy))
    },
    resources: async () => {
      const use = await current()
      return use && resourceMetrics(use)
    },
  }
}
