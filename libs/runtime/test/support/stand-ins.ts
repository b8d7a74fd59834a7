import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { ensureStandIns } from '@periplus/images'

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/stand-ins', import.meta.url))

/** The layout of the stand-in images, built once per checkout. */
export const standIns = async (): Promise<string> => {
  const built = await ensureStandIns(cache, { say: () => undefined })
  if (E.isLeft(built)) throw new Error(built.left)
  return cache
}
