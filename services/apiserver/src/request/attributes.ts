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
