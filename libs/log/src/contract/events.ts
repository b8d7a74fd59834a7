import { randomUUID } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { NewEvent, RecordedEvent } from '../event.ts'

/** An event of a pod; what a test doesn't say is the same everywhere. */
export const eventOf = (name: string, changes: Partial<NewEvent> = {}): NewEvent & { readonly body: Buffer } => {
  const id = randomUUID()
  const expected = changes.expected ?? 0
  const ref = changes.ref ?? { group: '', resource: 'pods', namespace: 'default', name }
  return {
    id,
    type: 'created',
    ref,
    uid: `uid-of-${name}`,
    expected,
    previous: expected,
    origin: { actor: 'user:test', component: 'test', causes: [], correlationId: id },
    time: '2024-05-01T10:00:00.000Z',
    ...changes,
    body: Buffer.from(changes.body ?? JSON.stringify({ metadata: { name: ref.name } })),
  }
}

export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** Everything that is read, or the first `count` events. */
export const take = async (
  events: AsyncIterable<readonly RecordedEvent[]>,
  count = Infinity,
): Promise<readonly RecordedEvent[]> => {
  const taken: RecordedEvent[] = []
  for await (const batch of events) {
    taken.push(...batch)
    if (taken.length >= count) break
  }
  return taken
}
