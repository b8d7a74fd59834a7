import type { ContainerStateWaiting } from '@periplus/kinds'
import type { Failure } from '../plan/observed.ts'

/** For so long a failed try is shown under its own name; after that the waiting for the next one is. */
export const lingerMilliseconds = 2000

/** The waiting state that a failed start leaves behind, while it is the newest thing to say. */
export const failureState = (
  failure: Failure | undefined,
  image: string,
  now: number,
): ContainerStateWaiting | undefined => {
  if (!failure) return undefined
  const lingers = now < failure.at + lingerMilliseconds
  if (failure.reason === 'ErrImagePull' && !lingers)
    return {
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${failure.image ?? image}": ErrImagePull: ${failure.message}`,
    }
  const isOver = failure.reason === 'RunContainerError' || failure.reason === 'PostStartHookError'
  if (isOver && !lingers) return undefined
  return { reason: failure.reason, message: failure.message }
}

/** When what is shown of a failure changes by itself. */
export const visibleUntil = (failure: Failure, now: number): number | undefined => {
  const until = failure.at + lingerMilliseconds
  return until > now ? until : undefined
}
