import type { Service } from '@periplus/kinds'

const longestAffinity = 86_400

/** Seconds for which a client stays with its endpoint. */
export const affinityOf = ({ spec }: Service): number | undefined => {
  if (spec?.sessionAffinity !== 'ClientIP') return undefined
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800
  return Math.min(Math.max(1, Math.trunc(seconds)), longestAffinity)
}
