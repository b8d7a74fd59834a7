import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/**
 * A number, or a percentage of `total` (`intstr.GetScaledValueFromIntOrPercent`). The left side is Kubernetes' error text.
 */
export const scaledValue = (value: number | string, total: number, rounding: 'up' | 'down'): Either<string, number> => {
  if (typeof value === 'number') return E.right(value)
  if (!value.endsWith('%')) return E.left(`invalid value for IntOrString: invalid type: string is not a percentage`)
  const percent = value.slice(0, -1)
  if (!/^[+-]?[0-9]+$/.test(percent))
    return E.left(
      `invalid value for IntOrString: invalid value ${JSON.stringify(value)}: strconv.Atoi: parsing ${JSON.stringify(percent)}: invalid syntax`,
    )
  const exact = (Number(percent) * total) / 100
  return E.right(rounding === 'up' ? Math.ceil(exact) : Math.floor(exact))
}
