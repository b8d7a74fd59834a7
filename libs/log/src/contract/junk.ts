import { randomUUID } from 'node:crypto'
import type { ObjectRef } from '@periplus/api'
import { messageOf } from '../encoding/cloud-event.ts'
import { eventOf } from './events.ts'

/** A message as somebody may publish it, past every writer of events. */
export interface ForeignMessage {
  readonly what: string
  readonly subject: string
  readonly headers: readonly (readonly [string, string])[]
  readonly data: Uint8Array
}

type Message = ReturnType<typeof messageOf>

/** An event's message, without what makes the server refuse it. */
const bare = (message: Message): Message => ({
  ...message,
  headers: message.headers.filter(([name]) => !name.startsWith('Nats-')),
})

const withHeader = (message: Message, name: string, value: string): Message => ({
  ...message,
  headers: message.headers.map(pair => (pair[0] === name ? [name, value] : pair)),
})

const without = (message: Message, ...names: readonly string[]): Message => ({
  ...message,
  headers: message.headers.filter(([name]) => !names.includes(name)),
})

/** Messages of every kind that are no events, on the subject of `ref` where they have one. */
export const foreignMessages = (ref: ObjectRef): readonly ForeignMessage[] => {
  const { resource, namespace, name } = ref
  const metadata = { name, namespace, uid: 'u' }
  const body = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: {} }))
  const event = { ...eventOf(name, { ref, uid: 'u', body }), id: randomUUID() }
  const good = bare(messageOf('test', event))
  const undigested = without(good, 'ce-digest')
  const other = bare(messageOf('test', eventOf('other', { ref: { ...ref, name: `${name}-2` } })))
  const object = (value: unknown): Message => ({ ...undigested, data: Buffer.from(JSON.stringify(value)) })
  const messages: readonly (readonly [string, Message])[] = [
    ['no headers', { ...good, headers: [] }],
    ['no body', { ...undigested, data: Buffer.alloc(0) }],
    ['headers of something else', { ...good, headers: [['X-Trace', '7']] }],
    ['an unknown type', withHeader(good, 'ce-type', 'io.periplus.object.touched.v1')],
    ['a type of the future', withHeader(good, 'ce-type', 'io.periplus.object.created.v9')],
    ['another body than was written', { ...good, data: Buffer.concat([body.subarray(0, -2), Buffer.from(' }')]) }],
    ['a digest that is none', withHeader(good, 'ce-digest', 'none')],
    ['a body that is not JSON', { ...undigested, data: Buffer.from('{"metadata":{"name":"a"') }],
    ['a body that is no object', object([1])],
    ['a body that is null', object(null)],
    ['a body without metadata', object({ apiVersion: 'v1', kind: 'Pod' })],
    ['metadata that is a number', object({ apiVersion: 'v1', kind: 'Pod', metadata: 5 })],
    ['the body of another object', object({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'else' } })],
    [
      'the body of another namespace',
      object({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, namespace: 'x' } }),
    ],
    ['the body of another kind', object({ apiVersion: 'v1', kind: 'ConfigMap', metadata })],
    ['the body of another group', object({ apiVersion: 'apps/v1', kind: 'Pod', metadata })],
    ['another uid than its body', withHeader(undigested, 'ce-uid', 'someone')],
    ['the event of another object', { ...other, subject: good.subject }],
    ['a predecessor that is yet to come', withHeader(undigested, 'ce-previous', '999999999')],
    ['a predecessor that is no number', withHeader(undigested, 'ce-previous', '-1e3')],
    ['no predecessor', without(undigested, 'ce-previous')],
    ['no id', without(undigested, 'ce-id')],
    ['causes that are no numbers', withHeader(undigested, 'ce-causes', '1,two')],
    ['a time that is none', withHeader(undigested, 'ce-time', 'yesterday')],
    ['no time', without(undigested, 'ce-time')],
    ['percent signs that encode nothing', withHeader(undigested, 'ce-actor', '%zz%')],
    ['half a character', withHeader(undigested, 'ce-id', '%E2%82')],
    ['a header that is there twice', { ...undigested, headers: [...undigested.headers, ['ce-uid', 'u']] }],
    ['a subject with too few tokens', { ...good, subject: `objects.core.${resource}` }],
    ['a subject with too many tokens', { ...good, subject: `${good.subject}.more` }],
    ['a subject encoded in another way', { ...undigested, subject: good.subject.replace(/[a-z]([^.]*)$/, '%61$1') }],
    ['a digest of a name, and no name', { ...good, subject: good.subject.replace(/[^.]*$/, '%~abc') }],
    ['a body as large as can be', { ...good, headers: [], data: Buffer.alloc(3_900_000, '{') }],
  ]
  return messages.map(([what, message]) => ({ what, ...message }))
}
