import { selects } from '@periplus/api'
import { pemBlocks } from '@periplus/kinds'
import type { ClusterTrustBundle, ClusterTrustBundleProjection } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** The anchors of trust that a node knows of. */
export interface TrustBundles {
  readonly named: (name: string) => ClusterTrustBundle | undefined
  readonly all: () => readonly ClusterTrustBundle[]
}

/** The certificates that a projection means, each once and in one order, as PEM. The refusal is the kubelet's text. */
export const trustAnchors = (wanted: ClusterTrustBundleProjection, bundles: TrustBundles): Either<string, string> => {
  const { name, optional = false } = wanted
  const found = name === undefined ? ofSigner(wanted, bundles) : [bundles.named(name)].filter(one => one !== undefined)
  if (found.length === 0 && !optional)
    return E.left(
      name === undefined
        ? 'combination of signerName and labelSelector matched zero ClusterTrustBundles'
        : `while getting ClusterTrustBundle: clustertrustbundle.certificates.k8s.io "${name}" not found`,
    )
  const bodies = found.flatMap(({ spec }) => pemBlocks(spec.trustBundle)).map(({ body }) => body.replace(/\s/g, ''))
  return E.right([...new Set(bodies)].sort().map(certificate).join(''))
}

/** Without labels that it wants, none is meant. */
const ofSigner = (
  { signerName, labelSelector }: ClusterTrustBundleProjection,
  { all }: TrustBundles,
): readonly ClusterTrustBundle[] =>
  all().filter(({ metadata, spec }) => spec.signerName === signerName && selects(labelSelector, metadata?.labels))

const certificate = (body: string): string =>
  ['-----BEGIN CERTIFICATE-----', ...(body.match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----', ''].join('\n')
