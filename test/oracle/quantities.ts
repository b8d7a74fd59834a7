import fc from 'fast-check'
import { lessOf } from './trial.ts'
import type { Trial } from './trial.ts'
import { oneOf } from './values.ts'
import type { Draw } from './values.ts'

const suffixes = ['', '', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const odd = [
  'K',
  'mi',
  'e',
  'E5',
  'e3',
  'e-3',
  'e+2',
  'e-12',
  'e20',
  ' ',
  'B',
  'kk',
  'Zi',
  'i',
  'e1.5',
  'ee',
  'E-',
  'm3',
]
const digits = [
  '0',
  '1',
  '9',
  '5',
  '00',
  '10',
  '1000',
  '1024',
  '999',
  '1025',
  '512',
  '123456789',
  '9223372036854775807',
  '',
]

const text = (draw: Draw): string => {
  const one = <A>(...of: readonly A[]): A => oneOf(draw, of)
  const sign = one('', '', '', '-', '+')
  const whole = draw(fc.boolean) ? one(...digits) : String(draw(fc.nat))
  const fraction = one('', '', '', '.', '.5', '.000', '.001', '.0000000001', '.123456789', '.1.2', `.${draw(fc.nat)}`)
  const suffix = draw(fc.integer, { min: 0, max: 9 }) < 8 ? one(...suffixes) : one(...odd)
  return `${sign}${whole}${fraction}${suffix}`
}

const trialOf = (texts: readonly string[]): Trial => ({
  subject: 'quantities',
  question: { op: 'quantity', texts },
  shown: JSON.stringify(texts),
  smaller: () =>
    texts.flatMap((of, i) =>
      of === '0'
        ? []
        : ['0', ...lessOf([...of]).map(less => (less as string[]).join(''))].map(less => trialOf(texts.with(i, less))),
    ),
})

/** Of two texts, which may be quantities: how they are spelled, added, subtracted and compared. */
export const quantities = (draw: Draw): Trial => trialOf([text(draw), text(draw)])
