import { kindSchemas } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { beginAnewType, noticeSubject, subjectToken } from '@periplus/log'

type Json = Readonly<Record<string, unknown>>

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more })

/** Headers as NATS' binding of CloudEvents has them; texts are percent-encoded where they are not printable ASCII. */
const headers: Json = {
  'ce-specversion': text('', { const: '1.0' }),
  'ce-id': text('Of the command that did it: the same event told once more has the same.'),
  'ce-source': text('`/clusters/<cluster>/<component>`, whatever wrote it.'),
  'ce-type': text('What was done to the object.', {
    pattern: '^io\\.periplus\\.object\\.(created|spec-changed|status-changed|metadata-changed|deleted)\\.v1$',
  }),
  'ce-subject': text('`<resource>.<group>/<namespace>/<name>`; `core` and `-` where there is none.'),
  'ce-time': text('RFC 3339.', { format: 'date-time' }),
  'ce-datacontenttype': text('', { const: 'application/json' }),
  'ce-uid': text("The object's."),
  'ce-actor': text('Who did it, such as `user:admin` or `controller:deployment`.'),
  'ce-causes': text('Sequences in the log of the events that led to it, with commas.', {
    pattern: '^(\\d+(,\\d+)*)?$',
  }),
  'ce-correlationid': text('Of the command at the root of what led to it.'),
  'ce-sequence': text("Its sequence in the log, and so the object's resourceVersion.", { pattern: '^\\d+$' }),
  'ce-prior': text("That of the object's event before it; 0: there was none.", { pattern: '^\\d+$' }),
  'Periplus-Through': text('How far the log is on the feed with it.', { pattern: '^\\d+$' }),
}

const noticeHeaders = ['ce-specversion', 'ce-id', 'ce-source', 'ce-time']

const objectOf = (properties: Json): Json => ({ type: 'object', properties, required: Object.keys(properties) })

/** Of custom kinds the document knows the form that all objects have. */
const anyObject: Json = {
  ...objectOf({ apiVersion: text(''), kind: text(''), metadata: { type: 'object' } }),
  additionalProperties: true,
}

const parameters = (names: readonly string[]): Json =>
  Object.fromEntries(names.map(name => [name, { description: `A token: ${words[name] ?? ''}` }]))
const words: Readonly<Record<string, string>> = {
  group: 'the group of the kind, its dots as underscores.',
  resource: 'the plural of the kind.',
  namespace: 'the namespace.',
  name: "the object's name; dots as underscores, what NATS forbids percent-encoded.",
  consumer: "the consumer's name.",
}

const messageOf = (title: string, payload: Json): Json => ({
  title,
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/EventHeaders' },
  payload,
})

const channelOf = (address: string, names: readonly string[], message: Json): Json => ({
  address,
  parameters: parameters(names),
  messages: { event: message },
})

const eventAddress = ({ group, resource, namespaced }: Kind): string =>
  `events.${subjectToken(group || 'core')}.${subjectToken(resource)}.${namespaced ? '{namespace}' : '-'}.{name}`

/** Kinds of which consumers are told; of heartbeats and readings the log keeps the newest alone. */
const isTold = ({ stored, storedAs, verbs, rollup, group, resource }: Kind): boolean =>
  stored && !storedAs && verbs.includes('watch') && !rollup && !(group === '' && resource === 'secrets')

/** Pure. What consumers from outside are given, as an AsyncAPI 3 document; its schemas are made from the kinds. */
export const asyncApi = (all: readonly Kind[]): Json => {
  const kinds = all.filter(isTold)
  const { references, schemas } = kindSchemas(kinds)
  const channels = Object.fromEntries([
    ...kinds.map(kind => {
      const names = kind.namespaced ? ['namespace', 'name'] : ['name']
      const message = messageOf(`A ${kind.kind} as it is after an event`, references.get(kind) ?? {})
      return [`${kind.resource}.${kind.group || 'core'}`, channelOf(eventAddress(kind), names, message)] as const
    }),
    [
      'custom',
      channelOf(
        'events.{group}.{resource}.{namespace}.{name}',
        ['group', 'resource', 'namespace', 'name'],
        messageOf('An object of a custom kind as it is after an event', { $ref: '#/components/schemas/AnyObject' }),
      ),
    ],
    [
      'notices',
      channelOf(noticeSubject('{consumer}'), ['consumer'], {
        title: 'Something was gone before this consumer had read it: what it knows is not whole, and it begins anew',
        headers: { $ref: '#/components/schemas/NoticeHeaders' },
        payload: { type: 'null' },
      }),
    ],
  ])
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'The feed of events of a Periplus cluster',
      version: '1.0.0',
      description:
        'What `periplus consumer add` lets somebody read: the stream EVENTS of NATS JetStream (domain `feed`), by the consumer that is kept there under his name. Made by `periplus asyncapi`.',
    },
    defaultContentType: 'application/json',
    servers: {
      feed: {
        host: 'periplus.example.com:4222',
        protocol: 'nats',
        description: 'Where it is, and as whom it is read, stands in the file that `periplus consumer add` prints.',
      },
    },
    channels,
    operations: Object.fromEntries(
      Object.keys(channels).map(name => [`tell-${name}`, { action: 'send', channel: { $ref: `#/channels/${name}` } }]),
    ),
    components: {
      schemas: {
        EventHeaders: objectOf(headers),
        NoticeHeaders: objectOf({
          ...Object.fromEntries(noticeHeaders.map(name => [name, headers[name]])),
          'ce-type': text('', { const: beginAnewType }),
        }),
        AnyObject: anyObject,
        ...schemas,
      },
    },
  }
}
