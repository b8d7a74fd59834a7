import type { ContainerState, ImageState } from '../container-runtime.ts'
import type { containerStatusMessage, imageMessage } from './cri-messages.ts'
import type { Decoded } from '@periplus/grpc'

/** CRI counts nanoseconds. */
export const milliseconds = (nanoseconds: number): number => Math.floor(nanoseconds / 1e6)

const states = ['created', 'running', 'exited', 'unknown'] as const

export const containerStateOf = (sandboxId: string, status: Decoded<typeof containerStatusMessage>): ContainerState => {
  const state = states[status.state] ?? 'unknown'
  return {
    id: status.id,
    sandboxId,
    name: status.metadata.name,
    attempt: status.metadata.attempt,
    image: status.image.image,
    imageId: status.imageRef,
    state,
    createdAt: milliseconds(status.createdAt),
    startedAt: milliseconds(status.startedAt),
    finishedAt: milliseconds(status.finishedAt),
    exitCode: status.exitCode,
    // containerd says OOMKilled as soon as any process of the container was killed so, though the container may run on.
    reason: state === 'exited' ? status.reason : '',
    message: status.message,
    logPath: status.logPath,
    labels: status.labels,
    annotations: status.annotations,
  }
}

export const imageStateOf = (image: Decoded<typeof imageMessage>): ImageState => ({
  id: image.id,
  tags: image.tags,
  digests: image.digests,
  sizeBytes: image.size,
  user: image.uid ? String(image.uid.value) : image.userName,
})
