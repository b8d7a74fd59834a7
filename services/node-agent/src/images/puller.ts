import type { Container, Pod, Secret } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { parseImageName } from '@periplus/images'
import type { ImageName } from '@periplus/images'
import type { ContainerRuntime, ImageState, RegistryAuth, RuntimeRefusal } from '@periplus/runtime'
import type { StartFailure } from '../pods/start-failure.ts'
import { pullBackOff } from './pull-back-off.ts'
import { registryAuths } from './registry-auth.ts'
import { turns } from './turns.ts'

export type TellAbout = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** Gets images onto the node by each container's policy, few at a time, with a back-off per pod and image. */
export interface ImagePuller {
  ensure(
    pod: Pod,
    container: Pick<Container, 'image' | 'imagePullPolicy'>,
    secrets: readonly Secret[],
    tell: TellAbout,
  ): Promise<Either<StartFailure, ImageState>>
}

export const imagePuller = (runtime: ContainerRuntime, clock: Clock, pullsAtOnce = 3): ImagePuller => {
  const inTurn = turns(pullsAtOnce)
  const backOff = pullBackOff(clock)

  const pull = async (
    image: string,
    reference: ImageName,
    secrets: readonly Secret[],
  ): Promise<Either<RuntimeRefusal, string>> => {
    const auths: readonly (RegistryAuth | undefined)[] = registryAuths(
      secrets,
      reference.registry,
      reference.repository,
    )
    let result = await runtime.pullImage(image, auths[0])
    for (const auth of auths.slice(1)) {
      if (E.isRight(result)) break
      result = await runtime.pullImage(image, auth)
    }
    return result
  }

  return {
    ensure: async (pod, container, secrets, tell) => {
      const given = container.image ?? ''
      const parsed = parseImageName(given)
      if (E.isLeft(parsed)) {
        const message = parsed.left
        tell('Warning', 'InspectFailed', message)
        return E.left({ reason: 'InvalidImageName', message })
      }
      const image = withDefaultTag(given, parsed.right)
      const policy = container.imagePullPolicy ?? (image.endsWith(':latest') ? 'Always' : 'IfNotPresent')
      const present = await runtime.imageStatus(image)
      if (E.isLeft(present)) {
        tell('Warning', 'InspectFailed', `Failed to inspect image "${given}": ${present.left.message}`)
        return E.left({ reason: 'ImageInspectError', message: present.left.message })
      }
      const alreadyThere = (found: ImageState): Either<StartFailure, ImageState> => {
        tell('Normal', 'Pulled', `Container image "${given}" already present on machine`)
        return E.right(found)
      }
      if (present.right && policy !== 'Always') return alreadyThere(present.right)
      if (policy === 'Never') {
        const message = `Container image "${given}" is not present with pull policy of Never`
        tell('Warning', 'ErrImageNeverPull', message)
        return E.left({ reason: 'ErrImageNeverPull', message })
      }
      const asked = clock.now()
      tell('Normal', 'Pulling', `Pulling image "${given}"`)
      return inTurn(async () => {
        // Somebody may have pulled it while this one waited for its turn.
        const now = policy === 'Always' ? undefined : await runtime.imageStatus(image)
        if (now && E.isRight(now) && now.right) return alreadyThere(now.right)
        const began = clock.now()
        const pulled = await pull(image, parsed.right, secrets)
        const ended = clock.now()
        const key = `${pod.metadata?.uid}/${image}`
        if (E.isLeft(pulled)) {
          const { left } = pulled
          tell('Warning', 'Failed', `Failed to pull image "${given}": ${left.message}`)
          if (left.tag === 'PullFailed' && left.invalidName)
            return E.left({ reason: 'InvalidImageName', message: left.message })
          return E.left({ reason: 'ErrImagePull', message: left.message, retryAfterSeconds: backOff.after(key) })
        }
        backOff.forget(key)
        const status = await runtime.imageStatus(image)
        const found = E.isRight(status) ? status.right : undefined
        const state: ImageState = found ?? { id: pulled.right, tags: [image], digests: [], sizeBytes: 0, user: '' }
        tell(
          'Normal',
          'Pulled',
          `Successfully pulled image "${given}" in ${seconds(ended - began)} (${seconds(ended - asked)} including waiting). Image size: ${state.sizeBytes} bytes.`,
        )
        return E.right(state)
      })
    },
  }
}

const seconds = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds}ms` : `${Number((milliseconds / 1000).toFixed(3))}s`

/** The image with `:latest` where neither a tag nor a digest is named. */
const withDefaultTag = (image: string, { tag, digest }: ImageName): string =>
  digest === undefined && tag === 'latest' && !image.endsWith(':latest') ? `${image}:latest` : image
