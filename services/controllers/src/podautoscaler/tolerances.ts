import { approximateValue, quantityOf } from '@periplus/api'
import type { HorizontalPodAutoscaler } from '@periplus/kinds'
import type { Tolerances } from './replicas.ts'

const usual = 0.1

/** How far from its target a metric may be before anything is scaled: a tenth, or what the behaviour says. */
export const tolerancesOf = ({ spec }: HorizontalPodAutoscaler): Tolerances => {
  const of = (text: string | undefined): number => (text === undefined ? usual : approximateValue(quantityOf(text)))
  return { down: of(spec?.behavior?.scaleDown?.tolerance), up: of(spec?.behavior?.scaleUp?.tolerance) }
}
