import type { HostileRequest } from '../../attack/requests/draw.ts'

/** Who is attacked with: somebody with every right, and no member of a group that nothing is refused to. */
const attacker = { 'impersonate-user': 'mallory' }

const typed = (method: string, target: string, type: string, body: string | Buffer): HostileRequest => {
  const bytes = Buffer.from(body)
  return {
    method,
    target,
    headers: { ...attacker, 'content-type': type, 'content-length': String(bytes.length) },
    body: bytes,
  }
}

export const reading = (target: string, headers: Readonly<Record<string, string>> = {}): HostileRequest => ({
  method: 'GET',
  target,
  headers: { ...attacker, ...headers },
  body: undefined,
})

export const removing = (target: string): HostileRequest => ({
  method: 'DELETE',
  target,
  headers: attacker,
  body: undefined,
})

/** `text` is JSON, whatever it says. */
export const posting = (target: string, text: unknown, type = 'application/json'): HostileRequest =>
  typed('POST', target, type, typeof text === 'string' ? text : JSON.stringify(text))

export const patching = (target: string, type: 'json' | 'merge' | 'strategic', body: unknown): HostileRequest =>
  typed(
    'PATCH',
    target,
    type === 'strategic' ? 'application/strategic-merge-patch+json' : `application/${type}-patch+json`,
    typeof body === 'string' ? body : JSON.stringify(body),
  )

export const applying = (target: string, body: object): HostileRequest =>
  typed('PATCH', target, 'application/apply-patch+yaml', JSON.stringify(body))

export const many = <A>(count: number, one: (at: number) => A): A[] => Array.from({ length: count }, (_, at) => one(at))

/** An object of `count` members. */
export const members = (
  count: number,
  key: (at: number) => string,
  value: (at: number) => unknown,
): Record<string, unknown> => Object.fromEntries(many(count, at => [key(at), value(at)]))

let names = 0
/** A name that nobody has. */
export const fresh = (): string => `hostile-${names++}`

export const configMap = (rest: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: fresh(), ...metadata },
  ...rest,
})

export const pod = (spec: object, metadata: object = {}, container: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: fresh(), ...metadata },
  spec: { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i', ...container }], ...spec },
})
