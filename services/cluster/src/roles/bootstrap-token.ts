import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemClock } from '@periplus/prelude'
import { clusterOf } from '../home/cluster-file.ts'
import type { Home } from '../home/home.ts'
import { adminApi } from '../home/kube-api.ts'
import { CannotGoOn } from '../home/say.ts'
import { authorityHash } from './join.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

const word = (length: number): string => Array.from({ length }, () => letters[randomInt(letters.length)]).join('')

const units = { s: 1, m: 60, h: 3600 } as const

/** Seconds of `30m` and the like; `undefined` where it is none, or longer than a week. */
export const secondsOf = (text: string): number | undefined => {
  const [, number, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? []
  if (number === undefined || unit === undefined) return undefined
  const seconds = Number(number) * units[unit as keyof typeof units]
  return seconds <= 7 * 24 * 3600 ? seconds : undefined
}

/** A new bootstrap token, as Kubernetes keeps them, and the command by which a host joins with it. */
export const createToken = async (home: Home, ttl: string): Promise<string> => {
  const seconds = secondsOf(ttl)
  if (seconds === undefined) throw new CannotGoOn(`'${ttl}' is no time such as 30m or 24h, of a week at most`)
  const { advertise, apiPort } = clusterOf(home)
  if (advertise === undefined)
    throw new CannotGoOn('no other host reaches this one: start it with PERIPLUS_ADVERTISE_ADDRESS, its own address')
  const [id, secret] = [word(6), word(16)]
  const expiration = new Date(systemClock.now() + seconds * 1000).toISOString().replace(/\.\d+/, '')
  const api = adminApi(home)
  try {
    const { status, body } = await api.post('/api/v1/namespaces/kube-system/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
      type: 'bootstrap.kubernetes.io/token',
      stringData: {
        ...{ 'token-id': id, 'token-secret': secret, expiration },
        ...{ 'usage-bootstrap-authentication': 'true', description: 'of periplus token create' },
      },
    })
    if (status >= 300) throw new CannotGoOn((body as { message?: string }).message ?? `the API server said ${status}`)
  } finally {
    api.close()
  }
  const hash = authorityHash(readFileSync(home.ca, 'utf8'))
  return `bin/periplus join https://${advertise}:${apiPort} --token ${id}.${secret} --ca-hash ${hash}`
}
