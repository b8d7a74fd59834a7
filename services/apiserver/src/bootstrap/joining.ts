import { stringify } from 'yaml'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import { ConfigMap } from '@periplus/kinds'
import type { LiveCut } from '@periplus/projection'
import { joinPolicy } from '../security/index.ts'
import { ensureObjects } from './ensure-objects.ts'
import type { WantedObject } from './ensure-objects.ts'

/** What a host must know to join. No secrets: anybody may read it. */
export interface JoiningPlace {
  /** `https://HOST:PORT`. */
  readonly server: string
  /** PEM of the authority. */
  readonly ca: string
  /** `tls://HOST:PORT`, or several with commas. */
  readonly nats: string
  readonly name: string
  readonly serviceCidr: string
}

/** The ConfigMap `cluster-info` of kubeadm, with what a host of Periplus needs besides. */
export const clusterInfo = ({ server, ca, nats, name, serviceCidr }: JoiningPlace): WantedObject => ({
  kind: ConfigMap,
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cluster-info', namespace: 'kube-public' },
    data: {
      kubeconfig: stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: '', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
      }),
      nats,
      name,
      serviceCidr,
    },
  } as KubernetesObject,
  // A backup that the cluster begins with says where another one was.
  keepsData: true,
})

/** Makes what lets hosts join, where it is missing. */
export const ensureJoining = (
  info: WantedObject,
  world: { readonly cut: LiveCut; readonly commands: Commands },
): Promise<Either<Refusal, void>> => ensureObjects([...joinPolicy, info], world)
