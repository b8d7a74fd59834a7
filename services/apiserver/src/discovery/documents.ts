import { E } from '@periplus/prelude'
import { unknownResource } from '@periplus/api'
import type { KindRegistry } from '@periplus/api'
import type { Answer, Call } from '../http/call.ts'
import { ok } from '../http/reply.ts'
import { groupDocument, groupsDocument, resourcesDocument } from './plain.ts'

export const documentsOf =
  (kinds: KindRegistry) =>
  (call: Call): Answer | undefined => {
    const [prefix, group, version] = call.info.path.split('/').filter(part => part !== '')
    const found = (value: unknown): Answer => (value ? E.right(ok(value)) : E.left(unknownResource))
    if (prefix === 'api') {
      if (group === undefined) return found({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
      return found(resourcesDocument(kinds, '', group))
    }
    if (prefix === 'apis') {
      if (group === undefined) return found(groupsDocument(kinds))
      if (version === undefined) return found(kinds.groups.includes(group) && groupDocument(kinds, group))
      return found(resourcesDocument(kinds, group, version))
    }
    return undefined
  }
