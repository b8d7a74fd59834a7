/** What is told of pods that the node ends as the machine goes down, in the kubelet's words. */
export const terminated = {
  reason: 'Terminated',
  message: 'Pod was terminated in response to imminent node shutdown.',
} as const

/** And of those that come then. */
export const notAdmitted = {
  reason: 'NodeShutdown',
  message: 'Pod was rejected as the node is shutting down.',
} as const
