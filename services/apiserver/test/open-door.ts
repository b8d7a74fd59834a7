import { E } from '@periplus/prelude'
import type { Authorize, Security, User } from '../src/index.ts'

/** Lets everybody do what `authorize` allows, by default everything: for tests about something else. Names the user that a test header names. */
export const openDoor = (authorize: Authorize = () => E.right('')): Security => ({
  authenticate: async request => {
    const name = request.headers['x-test-user']
    const user: User = {
      name: typeof name === 'string' ? name : 'tester',
      uid: '',
      groups: ['system:masters', 'system:authenticated'],
      extra: {},
    }
    return E.right(user)
  },
  authorize,
  mayWrite: () => undefined,
  deciding: async run => run({ authorize, mayWrite: () => undefined }),
  judge: async () => ({ allowed: true, denied: false, reason: '' }),
  asksOutside: () => false,
  tokenFault: () => undefined,
  authorizeAt: () => () => E.right(''),
  rulesFor: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  }),
  tokens: {
    issue: async () => E.right({ token: 'a-token', expirationTimestamp: '2030-01-01T00:00:00Z' }),
    review: async () => E.left({ tag: 'Unauthorized', message: 'no tokens here' }),
  },
  publicDocuments: {},
})
