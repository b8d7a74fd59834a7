import type { NewEvent } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** The creation of a ConfigMap; `more` says what is otherwise. */
export const eventOf = (name: string, more: Partial<NewEvent> = {}): NewEvent => ({
  id: `${name}/${more.expected ?? 0}`,
  type: 'created',
  ref: { group: '', resource: 'configmaps', namespace: 'default', name },
  uid: name,
  ...{ expected: 0, previous: 0 },
  origin: { actor: 'user:somebody', component: 'test', causes: [], correlationId: name },
  time: new Date(0).toISOString(),
  body: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, uid: name } })),
  ...more,
})

/** The answer, which is one. */
export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
