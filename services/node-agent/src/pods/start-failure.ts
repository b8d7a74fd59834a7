/** Why a container could not be started, in the kubelet's words: `reason` is what `kubectl get pods` shows. */
export interface StartFailure {
  readonly reason:
    | 'ErrImagePull'
    | 'ErrImageNeverPull'
    | 'InvalidImageName'
    | 'ImageInspectError'
    | 'CreateContainerConfigError'
    | 'CreateContainerError'
    | 'RunContainerError'
    | 'PostStartHookError'
    | 'Cancelled'
  readonly message: string
  /** The image that it is about, where that is not the container's own but a volume's. */
  readonly image?: string
  /** Seconds until the next try; absent: the agent's usual. */
  readonly retryAfterSeconds?: number
}
