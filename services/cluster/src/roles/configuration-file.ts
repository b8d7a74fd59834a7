import { readFileSync } from 'node:fs'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { CannotGoOn } from '../home/say.ts'

/** What a file of the operator's says, which nothing goes on without: what is wrong with it is told with its name. */
export const configurationIn = <A>(path: string, read: (text: string) => Either<readonly string[], A>): A => {
  const found = read(textOf(path))
  if (E.isLeft(found)) throw new CannotGoOn(found.left.map(fault => `${path}: ${fault}`).join('\n'))
  return found.right
}

/** What a file holds. Throws `CannotGoOn` where it cannot be read. */
export const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CannotGoOn(`${path} cannot be read: ${messageOf(error)}`)
  }
}
