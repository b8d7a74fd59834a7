import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordedProcess } from '../processes/recorded-process.ts'
import { writePrivately } from './private-file.ts'
import { shippedFile } from './shipped-file.ts'

/** Somebody outside who may read the feed of events. Holds a secret. */
export interface FeedReader {
  /** Lower-case letters, digits and hyphens; its user, and its consumer of the stream. */
  readonly name: string
  readonly password: string
  /** Those of the feed's subjects that it is given. */
  readonly subjects: readonly string[]
}

export interface FeedConfiguration {
  readonly readers: readonly FeedReader[]
  /** File with the server's certificate and its key in PEM: then connections are encrypted. */
  readonly certificate?: string | undefined
}

/** Clients name it where they open JetStream (`domain`). */
export const feedDomain = 'feed'

/** Connections of one reader, its subscriptions, and the bytes of a question. */
const limits = '{ max_connections: 4, max_subscriptions: 64, max_payload: 4096 }'

/** What a reader may ask the feed's account for, and how it is called in its own, whose JetStream is not the feed's. */
const questionsOf = ({ name }: FeedReader, stream: string): readonly (readonly [theirs: string, ours: string])[] => [
  ...['CONSUMER.INFO', 'CONSUMER.RESET', 'CONSUMER.MSG.NEXT'].map(
    verb => [`$JS.API.${verb}.${stream}.${name}`, `$JS.${feedDomain}.API.${verb}.${stream}.${name}`] as const,
  ),
  [`$JS.ACK.${stream}.${name}.>`, `$JS.ACK.${stream}.${name}.>`],
]

const quoted = (text: string): string => JSON.stringify(text)
const accountOf = ({ name }: FeedReader): string => quoted(`consumer-${name}`)

const exportsTo = (reader: FeedReader, stream: string): readonly string[] =>
  questionsOf(reader, stream).map(
    ([theirs]) => `{ service: ${quoted(theirs)}, response_type: stream, accounts: [${accountOf(reader)}] }`,
  )

const accountText = (reader: FeedReader, stream: string): string => {
  const questions = questionsOf(reader, stream)
  const imports = questions.map(
    ([theirs, ours]) => `{ service: { account: FEED, subject: ${quoted(theirs)} }, to: ${quoted(ours)} }`,
  )
  const publish = questions.map(([, ours]) => quoted(ours)).join(', ')
  return `
  ${accountOf(reader)} {
    users: [{
      user: ${quoted(reader.name)}, password: ${quoted(reader.password)}
      permissions: { publish: { allow: [${publish}] }, subscribe: { allow: ["_INBOX.>"] } }
    }]
    limits: ${limits}
    imports: [
      ${imports.join('\n      ')}
    ]
  }`
}

/** The shipped configuration with an account for each reader. */
const feedConfiguration = (shipped: string, stream: string, { readers, certificate }: FeedConfiguration): string => {
  const exported = readers.flatMap(reader => exportsTo(reader, stream))
  const accounts = `
accounts {
  FEED {
    jetstream: enabled
    users: [{ user: feed, password: $PERIPLUS_FEED_PASSWORD }]
    exports: [
      ${exported.join('\n      ')}
    ]
  }${readers.map(reader => accountText(reader, stream)).join('')}
}
`
  if (certificate === undefined) return shipped + accounts
  const file = quoted(certificate)
  return `${shipped}${accounts}\ntls { cert_file: ${file}, key_file: ${file} }\n`
}

const choicesFile = (directory: string): string => join(directory, 'feed.choices.json')

/** Below the server's directory. */
export const feedConfigurationFile = (directory: string): string => join(directory, 'feed.conf')

const chosen = (directory: string): FeedConfiguration => {
  try {
    return JSON.parse(readFileSync(choicesFile(directory), 'utf8')) as FeedConfiguration
  } catch {
    return { readers: [] }
  }
}

/** Who may read the feed of the server in `directory`. */
export const feedReaders = (directory: string): readonly FeedReader[] => chosen(directory).readers

/** Writes the configuration of the server in `directory`; what is not given stays as it was. */
export const writeFeedConfiguration = (
  directory: string,
  stream: string,
  choices: Partial<FeedConfiguration>,
): void => {
  const now = { ...chosen(directory), ...choices }
  writePrivately(choicesFile(directory), `${JSON.stringify(now)}\n`)
  const shipped = readFileSync(shippedFile('deploy/nats/feed.conf'), 'utf8')
  writePrivately(feedConfigurationFile(directory), feedConfiguration(shipped, stream, now))
}

/**
 * Has a running server read its configuration again; false where none runs. What an account that is new imports is there after the
 * next time only (NATS 2.15), so whoever lets somebody in asks until he is.
 */
export const reloadFeed = (directory: string): boolean => {
  const server = recordedProcess(join(directory, 'feed.pid'))
  if (server) process.kill(server.pid, 'SIGHUP')
  return server !== undefined
}
