import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemClock } from '@periplus/prelude'
import { clusterOf } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { adminApi } from '../home/kube-api.ts'
import { CannotGoOn } from '../home/say.ts'
import { sealKeys, sealedKeysName } from './control-plane-keys.ts'
import { authorityHash } from './authority-hash.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

const word = (length: number): string => Array.from({ length }, () => letters[randomInt(letters.length)]).join('')

const units = { s: 1, m: 60, h: 3600 } as const

/** Seconds of `30m` and the like; `undefined` where it is none, or longer than a week. */
const secondsOf = (text: string): number | undefined => {
  const [, number, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? []
  if (number === undefined || unit === undefined) return undefined
  const seconds = Number(number) * units[unit as keyof typeof units]
  return seconds <= 7 * 24 * 3600 ? seconds : undefined
}

/** What the host that shows a token is to become: a node, or a node that runs a copy of the control plane. */
export type JoiningRole = 'node' | 'control-plane'

/** The sealed keys, and the right of the token's user to read them; all of it is gone when the token is. */
const keysFor = (id: string, uid: string, sealed: string): readonly (readonly [path: string, object: object])[] => {
  const name = sealedKeysName(id)
  const owner = { apiVersion: 'v1', kind: 'Secret', name: `bootstrap-token-${id}`, uid }
  const metadata = { name, namespace: 'kube-system', ownerReferences: [owner] }
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata }
  const rules = [{ apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['get'] }]
  const ofRbac = { apiGroup: 'rbac.authorization.k8s.io' }
  const subjects = [{ ...ofRbac, kind: 'User', name: `system:bootstrap:${id}` }]
  const rbacPath = '/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system'
  return [
    ['/api/v1/namespaces/kube-system/secrets', { apiVersion: 'v1', kind: 'Secret', metadata, data: { sealed } }],
    [`${rbacPath}/roles`, { ...rbac, kind: 'Role', rules }],
    [
      `${rbacPath}/rolebindings`,
      { ...rbac, kind: 'RoleBinding', subjects, roleRef: { ...ofRbac, kind: 'Role', name } },
    ],
  ]
}

/** A new bootstrap token, as Kubernetes keeps them, and the command by which a host joins with it. */
export const createToken = async (home: Home, ttl: string, role: JoiningRole = 'node'): Promise<string> => {
  const seconds = secondsOf(ttl)
  if (seconds === undefined) throw new CannotGoOn(`'${ttl}' is no time such as 30m or 24h, of a week at most`)
  const { advertise, apiPort, joined } = clusterOf(home)
  if (joined) throw new CannotGoOn(`tokens are made on the host that others join: ${joined.apiServer}`)
  if (advertise === undefined)
    throw new CannotGoOn('no other host reaches this one: start it with PERIPLUS_ADVERTISE_ADDRESS, its own address')
  const [id, secret] = [word(6), word(16)]
  const expiration = new Date(systemClock.now() + seconds * 1000).toISOString().replace(/\.\d+/, '')
  const api = adminApi(home)
  const keys = role === 'control-plane' ? sealKeys(home) : undefined
  const make = async (path: string, object: object): Promise<string> => {
    const { status, body } = await api.post(path, object)
    const { message, metadata } = body as { message?: string; metadata?: { uid?: string } }
    if (status >= 300) throw new CannotGoOn(message ?? `the API server said ${status}`)
    return metadata?.uid ?? ''
  }
  try {
    const uid = await make('/api/v1/namespaces/kube-system/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
      type: 'bootstrap.kubernetes.io/token',
      stringData: {
        ...{ 'token-id': id, 'token-secret': secret, expiration },
        ...{ 'usage-bootstrap-authentication': 'true', description: 'of periplus token create' },
      },
    })
    for (const [path, object] of keys ? keysFor(id, uid, keys.sealed) : []) await make(path, object)
  } finally {
    api.close()
  }
  const hash = authorityHash(readFileSync(home.ca, 'utf8'))
  const joining = `bin/periplus join https://${advertise}:${apiPort} --token ${id}.${secret} --ca-hash ${hash}`
  return keys ? `${joining} --role control-plane --key ${keys.key}` : joining
}
