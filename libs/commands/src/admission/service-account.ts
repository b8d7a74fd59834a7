import type { ObjectRef, Stored } from '@periplus/api'
import { E, nameSuffix } from '@periplus/prelude'
import type { Container, Pod, ServiceAccount, Volume } from '@periplus/kinds'
import { createdPod, containersOf, forbidden, withSpec } from './pods.ts'
import type { AdmissionPlugin } from './plugin.ts'

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const volumePrefix = 'kube-api-access-'
/** An hour and a little, so that a token asked for an hour isn't taken for one that somebody chose. */
const tokenSeconds = 3607

/** Every pod runs as a service account, and finds its token, the cluster's CA and its namespace under one path. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  mutate: (candidate, { cut, random }) => {
    const pod = createdPod(candidate)
    if (!pod || pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined) return E.right(candidate.next)
    const name = pod.spec?.serviceAccountName || 'default'
    const { namespace } = candidate.ref
    const ref: ObjectRef = { group: '', resource: 'serviceaccounts', namespace, name }
    const account = cut.entry(ref)?.object() as Stored<ServiceAccount> | undefined
    if (!account) {
      const message = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`
      return E.left({ ...forbidden(candidate, message), awaits: ref })
    }
    const automount = pod.spec?.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
    const secrets = pod.spec?.imagePullSecrets?.length ? pod.spec.imagePullSecrets : account.imagePullSecrets
    const named = withSpec(pod, {
      serviceAccountName: name,
      serviceAccount: name,
      ...(secrets?.length ? { imagePullSecrets: secrets } : {}),
    })
    return E.right(automount ? withToken(named, () => volumePrefix + nameSuffix(random)) : named)
  },
}

const withToken = (pod: Pod, newName: () => string): Pod => {
  if (containersOf(pod).every(hasMount)) return pod
  const volumes = pod.spec?.volumes ?? []
  const existing = volumes.find(volume => volume.name.startsWith(volumePrefix) && volume.projected !== undefined)
  const name = existing?.name ?? newName()
  const { containers = [], initContainers } = pod.spec ?? {}
  return withSpec(pod, {
    volumes: existing ? volumes : [...volumes, tokenVolume(name)],
    containers: containers.map(mounting(name)),
    ...(initContainers ? { initContainers: initContainers.map(mounting(name)) } : {}),
  })
}

const hasMount = (container: Container): boolean =>
  container.volumeMounts?.some(({ mountPath }) => mountPath === tokenPath) ?? false

const mounting =
  (volume: string) =>
  (container: Container): Container =>
    hasMount(container)
      ? container
      : {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), { name: volume, readOnly: true, mountPath: tokenPath }],
        }

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 0o644,
  },
})
