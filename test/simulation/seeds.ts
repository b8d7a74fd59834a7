/** Seeds that are lived through in one test, so that what is wrong is told before the last of them has been. */
const part = 50

export interface Seeds {
  readonly first: number
  readonly last: number
}

/** `byDefault` seeds from 1 on, or as many and from where `make simulation SEEDS= FROM=` says. */
export const partsOfSeeds = (byDefault: number): readonly Seeds[] => {
  const all = Number(process.env['SIMULATION_SEEDS'] || byDefault)
  const from = Number(process.env['SIMULATION_FROM'] || 1)
  return Array.from({ length: Math.ceil(all / part) }, (_, i) => ({
    first: from + i * part,
    last: from + Math.min(all, (i + 1) * part) - 1,
  }))
}

/** The seeds whose lives somebody complains of, each with the complaints. */
export const failedSeeds = async (
  { first, last }: Seeds,
  complaints: (seed: number) => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  const failed: string[] = []
  for (let seed = first; seed <= last; seed++) {
    const found = await complaints(seed)
    if (found.length > 0) failed.push(`seed ${seed}: ${found.join(', ')}`)
  }
  return failed
}
