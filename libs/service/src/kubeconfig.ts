import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { E, messageOf, withoutTrailing } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { parse } from 'yaml'

/** A server, and who asks there. */
export interface ServerAccess {
  /** `https://HOST:PORT`, perhaps with a path. */
  readonly server: string
  /** PEM. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly token?: string
  /** The name that the server's certificate is for, where it isn't the address. */
  readonly serverName?: string
  readonly insecure: boolean
  /** Where objects are meant to be that are named without one. */
  readonly namespace?: string
}

interface Named<K extends string> {
  readonly name: string
  readonly value: Readonly<Record<K, unknown>> | undefined
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const listOf = (file: Readonly<Record<string, unknown>>, list: string, member: string): readonly Named<string>[] => {
  const items = file[list]
  if (!Array.isArray(items)) return []
  return items.map((item: Readonly<Record<string, unknown>>) => ({
    name: text(item['name']) ?? '',
    value: item[member] as Named<string>['value'],
  }))
}

const byName = (items: readonly Named<string>[], name: string | undefined) =>
  items.find(item => item.name === name)?.value

const parsed = (path: string): Readonly<Record<string, unknown>> => {
  const file = parse(readFileSync(path, 'utf8')) as unknown
  return typeof file === 'object' && file !== null ? (file as Readonly<Record<string, unknown>>) : {}
}

const exists = (path: string): boolean => {
  try {
    return readFileSync(path).length > 0
  } catch {
    return false
  }
}

/** The file that kubectl would take: the first there is of `KUBECONFIG`; then the cluster's own, then the user's usual one. */
export const kubeconfigPath = (variable: string | undefined, own: string): string | undefined =>
  [
    ...(variable ?? '').split(delimiter).filter(Boolean),
    ...(variable ? [] : [own, join(homedir(), '.kube/config')]),
  ].find(exists)

/**
 * Server and credentials of the current context of a kubeconfig. Left: why there are none, in words that name the file; what kubectl can and
 * this cannot, such as programs that give credentials, is among them.
 */
export const readKubeconfig = (path: string): Either<string, ServerAccess> => {
  try {
    return accessIn(path, parsed(path))
  } catch (error) {
    return E.left(`${path} cannot be read: ${messageOf(error)}`)
  }
}

const accessIn = (path: string, file: Readonly<Record<string, unknown>>): Either<string, ServerAccess> => {
  const context = byName(listOf(file, 'contexts', 'context'), text(file['current-context']))
  const cluster = byName(listOf(file, 'clusters', 'cluster'), text(context?.['cluster']))
  const server = text(cluster?.['server'])
  if (!cluster || !server) return E.left(`${path} names no server for its current context`)
  const user = byName(listOf(file, 'users', 'user'), text(context?.['user'])) ?? {}
  const unknown = ['exec', 'auth-provider', 'username'].find(way => user[way] !== undefined)
  if (unknown !== undefined) return E.left(`${path} has credentials of a kind that is not known here: ${unknown}`)
  /** In the file itself, or in one that it names. */
  const pem = (from: Readonly<Record<string, unknown>>, name: string): string | undefined => {
    const data = text(from[`${name}-data`])
    const other = text(from[name])
    if (data !== undefined) return Buffer.from(data, 'base64').toString()
    return other === undefined ? undefined : readFileSync(resolve(dirname(path), other), 'utf8')
  }
  const tokenFile = text(user['tokenFile'])
  const found = {
    ca: pem(cluster, 'certificate-authority'),
    cert: pem(user, 'client-certificate'),
    key: pem(user, 'client-key'),
    token: tokenFile === undefined ? text(user['token']) : readFileSync(tokenFile, 'utf8').trim(),
    serverName: text(cluster['tls-server-name']),
    namespace: text(context?.['namespace']),
  }
  const given = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
  const insecure = cluster['insecure-skip-tls-verify'] === true
  return E.right({ server: withoutTrailing(server, '/'), insecure, ...given })
}
