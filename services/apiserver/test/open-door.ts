import { E } from '@periplus/prelude'
import type { Security, User } from '../src/index.ts'

/** Lets everybody do everything: for tests about something else. Names the user that a test header names. */
export const openDoor = (): Security => ({
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
  authorize: () => E.right(undefined),
  mayWrite: () => undefined,
  tokenFault: () => undefined,
  authorizeAt: () => () => E.right(undefined),
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
