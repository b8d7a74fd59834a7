import Ajv from 'ajv'

/** A message of the feed, its headers as lines. */
export interface FeedMessage {
  readonly subject: string
  readonly headers: string
  readonly data: Uint8Array
}

interface Channel {
  readonly address: string
  readonly messages: Readonly<Record<string, { readonly headers: object; readonly payload: object }>>
}

export interface AsyncApiDocument {
  readonly channels: Readonly<Record<string, Channel>>
  readonly operations: Readonly<Record<string, { readonly channel: { readonly $ref: string } }>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const escaped = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&')

const matcherOf = ({ address }: Channel): RegExp => new RegExp(`^${escaped(address).replace(/\{\w+\}/g, '[^.]+')}$`)

/** Why a message is not as the document says; `undefined` where it is. Throws for schemas that are none. */
export const feedValidator = (document: AsyncApiDocument): ((message: FeedMessage) => string | undefined) => {
  const ajv = new Ajv({ unknownFormats: 'ignore', nullable: true, logger: false })
  const home = 'https://periplus.example.com/asyncapi'
  ajv.addSchema({ $id: home, components: document.components })
  const compiled = new Map<string, Ajv.ValidateFunction>()
  /** Compiled when it is needed: there are many. */
  const whyNotAs = (schema: object, value: unknown): string | undefined => {
    const text = JSON.stringify(schema).replaceAll('"#/', `"${home}#/`)
    const check = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
    compiled.set(text, check)
    return check(value) ? undefined : ajv.errorsText(check.errors)
  }
  const channels = Object.values(document.channels).map(channel => ({
    subject: matcherOf(channel),
    message: channel.messages['event'] ?? { headers: {}, payload: {} },
  }))
  return ({ subject, headers, data }) => {
    // The channels of kinds come before that of any.
    const channel = channels.find(one => one.subject.test(subject))
    if (!channel) return `no channel has ${subject}`
    const lines = headers.split('\r\n').filter(line => line !== '')
    const pairs = lines.map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
    const wrong = whyNotAs(channel.message.headers, Object.fromEntries(pairs))
    if (wrong !== undefined) return `headers of ${subject}: ${wrong}`
    const body: unknown = data.length === 0 ? null : JSON.parse(Buffer.from(data).toString())
    const unlike = whyNotAs(channel.message.payload, body)
    return unlike === undefined ? undefined : `${subject}: ${unlike}`
  }
}
