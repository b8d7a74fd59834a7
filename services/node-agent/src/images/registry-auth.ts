import type { Secret } from '@periplus/kinds'
import type { RegistryAuth } from '@periplus/runtime'

/** Credentials for one registry from image pull secrets, best match first; both of Docker's forms are read. */
export const registryAuths = (
  secrets: readonly Secret[],
  registry: string,
  repository: string,
): readonly RegistryAuth[] =>
  secrets
    .flatMap(entriesOf)
    .filter(([server]) => matches(server, registry, repository))
    .sort(([a], [b]) => b.length - a.length)
    .flatMap(([, entry]) => authOf(entry))

interface DockerEntry {
  readonly username?: unknown
  readonly password?: unknown
  readonly auth?: unknown
}

const entriesOf = (secret: Secret): readonly [string, DockerEntry][] => {
  const modern = secret.data?.['.dockerconfigjson']
  const old = secret.data?.['.dockercfg']
  const parsed = read(modern ?? old)
  const entries = modern === undefined ? parsed : member(parsed, 'auths')
  return isRecord(entries)
    ? Object.entries(entries)
        .flatMap(([server, entry]) => (isRecord(entry) ? [[server, entry] as const] : []))
        .map(([server, entry]) => [server, entry])
    : []
}

const read = (base64: string | undefined): unknown => {
  try {
    return base64 === undefined ? undefined : (JSON.parse(Buffer.from(base64, 'base64').toString()) as unknown)
  } catch {
    // An unreadable secret gives no credentials; the pull's own error says the rest.
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const member = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)

const authOf = (entry: DockerEntry): readonly RegistryAuth[] => {
  if (typeof entry.username === 'string' && typeof entry.password === 'string')
    return [{ username: entry.username, password: entry.password }]
  if (typeof entry.auth !== 'string') return []
  const plain = Buffer.from(entry.auth, 'base64').toString()
  const colon = plain.indexOf(':')
  return colon < 0 ? [] : [{ username: plain.slice(0, colon), password: plain.slice(colon + 1) }]
}

/** Label by label; `*` is any part of one. */
const hostMatches = (pattern: string, host: string): boolean => {
  const [wanted, given] = [pattern.split('.'), host.split('.')]
  return wanted.length === given.length && wanted.every((part, position) => globMatches(part, given[position] ?? ''))
}

/** Takes the parts between the stars where they come first, which finds a match if there is one. */
const globMatches = (glob: string, text: string): boolean => {
  const [first = '', ...parts] = glob.split('*')
  const last = parts.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** A server may be a host, a URL, a host with a path prefix, or hold `*` as a part of the host. */
const matches = (server: string, registry: string, repository: string): boolean => {
  const [host = '', ...prefix] = server
    .replace(/^https?:\/\//, '')
    .replace(/\/(v1|v2)?\/?$/, '')
    .split('/')
  const aliases = registry === 'docker.io' ? ['docker.io', 'index.docker.io', 'registry-1.docker.io'] : [registry]
  return aliases.some(alias => hostMatches(host, alias)) && repository.startsWith(prefix.join('/'))
}
