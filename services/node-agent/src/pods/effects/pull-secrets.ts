import type { Secret } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { PodShell } from '../effect.ts'

/** What the pod's images are pulled with; those that are not there are told of and left out. */
export const pullSecrets = async ({ node, pod, tell }: PodShell): Promise<readonly Secret[]> => {
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []))
  const namespace = pod.metadata?.namespace ?? ''
  const had = await Promise.all(names.map(name => node.secrets([{ namespace, name }])))
  const found = had.map((one, i) => (E.isRight(one) ? one.right({ namespace, name: names[i] ?? '' }) : undefined))
  const missing = names.filter((_, index) => !found[index])
  if (missing.length > 0)
    tell(undefined)(
      'Warning',
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
    )
  return found.flatMap(secret => (secret ? [secret] : []))
}
