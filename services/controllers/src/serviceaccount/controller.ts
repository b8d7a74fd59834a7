import type { Controller } from '@periplus/controller'
import { Namespace, ServiceAccount } from '@periplus/kinds'

const name = 'default'

/** Every namespace has a ServiceAccount `default`; one that is deleted comes back. */
export const serviceAccountController: Controller = {
  name: 'serviceaccount',
  version: 1,
  primary: Namespace,
  watches: [
    {
      kind: ServiceAccount,
      keys: ({ before, after }) =>
        before && !after && before.metadata.name === name
          ? [{ namespace: '', name: before.metadata.namespace ?? '' }]
          : [],
    },
  ],
  wakesItself: ({ before, after }) => before === undefined && after !== undefined,
  decide: (cut, key) => {
    const namespace = cut.get(Namespace, '', key.name)
    if (!namespace) return { commands: [], why: 'the namespace is gone' }
    if (namespace.metadata.deletionTimestamp !== undefined)
      return { commands: [], why: 'the namespace is being deleted' }
    if (cut.get(ServiceAccount, key.name, name)) return { commands: [], why: 'its default service account is there' }
    const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: key.name } }
    return {
      commands: [{ verb: 'create', kind: ServiceAccount, object }],
      why: 'it lacks its default service account',
    }
  },
}
