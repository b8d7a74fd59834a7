const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity's value as a number; the write path has validated the text, so what cannot be read counts as 0. */
export const quantityValue = (text: string | undefined): number => {
  const match = /^([+-]?[0-9.]+)(?:([eE][+-]?\d+)|([numkMGTPE]i?|Ki|))$/.exec(text ?? '')
  if (!match) return 0
  const [, digits = '0', exponent = '', suffix = ''] = match
  return Number(digits + exponent) * (suffixes[suffix] ?? 1)
}

/** Whole thousandths, rounded up: millicores. */
export const milliValue = (text: string | undefined): number => Math.ceil(quantityValue(text) * 1000 - 1e-6)
/** Whole units, rounded up: bytes. */
export const wholeValue = (text: string | undefined): number => Math.ceil(quantityValue(text) - 1e-9)
