import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const longestLabel = 63
/** Linux' own limit. */
const longestHostname = 64

/** A pod's name for itself, without a domain. */
export const podHostname = ({ metadata, spec }: Pod): string =>
  spec?.hostnameOverride ??
  (spec?.hostname || metadata?.name || '').slice(0, longestLabel).replace(/(?<![-.])[-.]+$/, '')

/** The name in full, where the pod has a subdomain and so may be found under it. */
export const qualifiedHostname = (pod: Pod, clusterDomain: string): string | undefined => {
  const { subdomain, hostnameOverride } = pod.spec ?? {}
  if (!subdomain || hostnameOverride !== undefined) return undefined
  return `${podHostname(pod)}.${subdomain}.${pod.metadata?.namespace}.svc.${clusterDomain}`
}

/** What `hostname` prints in the pod's containers. */
export const kernelHostname = (pod: Pod, clusterDomain: string): Either<string, string> => {
  const full = pod.spec?.setHostnameAsFQDN ? qualifiedHostname(pod, clusterDomain) : undefined
  if (full === undefined) return E.right(podHostname(pod))
  return full.length <= longestHostname
    ? E.right(full)
    : E.left(
        `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${longestHostname} characters is the max, ${full.length} characters requested)`,
      )
}
