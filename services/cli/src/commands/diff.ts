import { cutAt, differences } from '@periplus/replay'
import type { Context } from '../context.ts'
import { differenceLine } from '../views/history.ts'
import { namedObject, orEnd, sequenceArgument, withLog } from './open.ts'

export const diff = (
  context: Context,
  object: string,
  from: string,
  to: string | undefined,
  { namespace }: { namespace: string },
): Promise<void> => {
  const { ref } = namedObject(object, namespace)
  return withLog(context, async log => {
    const objectAt = async (sequence: number): Promise<unknown> =>
      orEnd(await cutAt(log)({ tag: 'Sequence', sequence }))
        .cut.entry(ref)
        ?.object()
    const end = to === undefined ? orEnd(await log.bounds()).last : await sequenceArgument(log, to)
    const [before, after] = [await objectAt(await sequenceArgument(log, from)), await objectAt(end)]
    for (const difference of differences(before, after)) context.say(differenceLine(difference))
  })
}
