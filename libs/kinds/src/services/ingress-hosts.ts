import { isRecord } from '@periplus/api'
import type { Ingress } from '../networking.k8s.io/v1/ingress/ingress.ts'

/**
 * Since when an Ingress names hosts that it did not name when it was made, as JSON: `{"a.example":"2026-01-02T03:04:05.678Z"}`. Written by
 * the write path alone, whatever a client says.
 */
const hostsSince = 'ingress.periplus.io/hosts-since'

/** How a class was named before there was a field for it. */
const olderName = 'kubernetes.io/ingress.class'

/** The class of an Ingress, by its field or as it was named before there was one. */
export const ingressClassOf = ({ metadata, spec }: Ingress): string | undefined =>
  spec?.ingressClassName ?? metadata?.annotations?.[olderName]

/** The hosts that an Ingress is about, `''` being every host that nobody names. */
export const ingressHosts = ({ spec }: Ingress): readonly string[] => [
  ...new Set([
    ...(spec?.rules ?? []).map(({ host }) => host ?? ''),
    ...(spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts),
    ...(spec?.defaultBackend ? [''] : []),
  ]),
]

/** When each host was named that the Ingress was not made with. */
export const namedSince = ({ metadata }: Ingress): ReadonlyMap<string, string> => {
  const text = metadata?.annotations?.[hostsSince]
  const value = text === undefined ? undefined : parsed(text)
  const named = Object.entries(isRecord(value) ? value : {})
  return new Map(named.flatMap(([host, since]) => (typeof since === 'string' ? [[host, since]] : [])))
}

/** The annotations with that, in place of what they said of it; the same where they say just that. */
export const annotatedSince = (
  annotations: Readonly<Record<string, string>>,
  named: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> => {
  const { [hostsSince]: said, ...others } = annotations
  const wanted = named.size === 0 ? undefined : JSON.stringify(Object.fromEntries(named))
  if (said === wanted) return annotations
  return wanted === undefined ? others : { ...others, [hostsSince]: wanted }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
