import type { ContainerStatus } from '@periplus/kinds'

/** In a pod that has ended no container is waiting any more: one that never ran is said to be unknown, as a failure. */
export const unlocated = (
  app: readonly ContainerStatus[],
  init: readonly ContainerStatus[],
): readonly ContainerStatus[] => {
  const initialised = init.every(status => status.ready || status.state?.terminated?.exitCode === 0)
  if (!initialised) return app
  return app.map(status =>
    status.state?.terminated
      ? status
      : {
          ...status,
          ready: false,
          started: false,
          state: {
            terminated: {
              exitCode: 137,
              reason: 'ContainerStatusUnknown',
              message: 'The container could not be located when the pod was terminated',
            },
          },
        },
  )
}
