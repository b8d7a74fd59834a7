import type { Command } from '@periplus/commands'
import type { Attributes } from '../ports.ts'
import type { RequestInfo } from './request-info.ts'

/** What an authorizer is asked about a request. */
export const attributesOf = (info: RequestInfo): Attributes =>
  info.tag === 'NonResource'
    ? { tag: 'NonResource', verb: info.verb, path: info.path }
    : {
        tag: 'Resource',
        verb: info.verb,
        group: info.group,
        version: info.version,
        resource: info.resource,
        subresource: info.subresource,
        namespace: info.namespace,
        name: info.name,
        ...(info.fields.length > 0 ? { fields: info.fields } : {}),
      }

/** What an authorizer is asked about a command: what it would be asked about the request that the command stands for. */
export const attributesOfCommand = (command: Command): Attributes => {
  const { verb, kind } = command
  const { namespace = '', name = '' } =
    verb === 'patch' || verb === 'delete' ? command.ref : (command.object.metadata ?? {})
  return {
    tag: 'Resource',
    verb,
    group: kind.group,
    version: kind.version,
    resource: kind.resource,
    subresource: (verb === 'update' || verb === 'patch' ? command.subresource : undefined) ?? '',
    namespace,
    // A collection is what is created in.
    name: verb === 'create' ? '' : name,
  }
}
