import { E } from '@periplus/prelude'
import { groupResource } from '@periplus/api'
import type { ObjectRef } from '@periplus/api'
import { builtinRegistry } from '@periplus/custom'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { objectArgument } from './object-argument.ts'
import type { NamedObject } from './object-argument.ts'

export const namedObject = (text: string, namespace: string): NamedObject => {
  const named = objectArgument(builtinRegistry, text, namespace)
  if (E.isLeft(named)) throw new CannotGoOn(named.left)
  return named.right
}

/** What the asker may not see is not shown, and said. */
export const noteWithheld = ({ note }: Context, withheld: number): void => {
  if (withheld > 0) note(`${withheld} events are withheld: you cannot read them now, or could not then`)
}

/** What is not kept of an object's kind any more is not shown either, and said. `isWhole`: nothing of it was before that. */
export const noteForgotten = (
  { note }: Context,
  { group, resource }: Pick<ObjectRef, 'group' | 'resource'>,
  from: number | undefined,
  isWhole: boolean,
): void => {
  if (from !== undefined && !isWhole) note(`what was before ${from} is not kept of ${groupResource(resource, group)}`)
}
