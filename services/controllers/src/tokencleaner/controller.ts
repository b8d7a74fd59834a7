import { parseTime } from '@periplus/api'
import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Secret } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const tokenType = 'bootstrap.kubernetes.io/token'

const decide = (cut: Cut, { namespace, name }: Key, { now }: Moment): Decision => {
  const secret = cut.get(Secret, namespace, name)
  const expiration = Buffer.from(secret?.data?.['expiration'] ?? '', 'base64').toString()
  if (secret?.type !== tokenType || expiration === '') return { commands: [], why: 'it is no token that ends' }
  const ends = parseTime(expiration)
  if (ends === undefined) return { commands: [], why: 'when it ends cannot be read, so that it is good for nothing' }
  if (ends > now) return { commands: [], requeueAfter: ends - now, why: 'its time is not over' }
  const { uid, resourceVersion } = secret.metadata
  const ref = { group: Secret.group, resource: Secret.resource, namespace, name }
  return {
    commands: [{ verb: 'delete', kind: Secret, ref, options: { preconditions: { uid, resourceVersion } } }],
    why: 'its time is over',
  }
}

/** Deletes bootstrap tokens whose time is over. */
export const tokenCleaner: Controller = {
  name: 'tokencleaner',
  version: 1,
  primary: Secret,
  wakesItself: ({ after }) => (after as Secret | undefined)?.type === tokenType,
  watches: [],
  decide,
}
