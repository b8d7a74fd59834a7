import type { Pod } from '@periplus/kinds'

/** What a field reference may need besides the pod object, which may lag behind the sandbox. */
export interface PodPlace {
  readonly nodeName: string
  readonly hostIps: readonly string[]
  readonly podIps: readonly string[]
}

/** A pod's field as text, by the paths that the downward API knows; `undefined` for any other. */
export const podField = (pod: Pod, place: PodPlace, path: string): string | undefined => {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (subscript) {
    const [, which, key = ''] = subscript
    return (which === 'labels' ? pod.metadata?.labels : pod.metadata?.annotations)?.[key] ?? ''
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata?.name ?? ''
    case 'metadata.namespace':
      return pod.metadata?.namespace ?? ''
    case 'metadata.uid':
      return pod.metadata?.uid ?? ''
    case 'metadata.labels':
      return mapText(pod.metadata?.labels ?? {})
    case 'metadata.annotations':
      return mapText(pod.metadata?.annotations ?? {})
    case 'spec.nodeName':
      return pod.spec?.nodeName ?? place.nodeName
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? ''
    case 'status.hostIP':
      return place.hostIps[0] ?? ''
    case 'status.hostIPs':
      return place.hostIps.join(',')
    case 'status.podIP':
      return place.podIps[0] ?? ''
    case 'status.podIPs':
      return place.podIps.join(',')
    default:
      return undefined
  }
}

/** One `key="value"` a line, by key, with Go's quoting. */
const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map(key => `${key}=${JSON.stringify(map[key])}`)
    .join('\n')
