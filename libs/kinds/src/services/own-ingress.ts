/** The Ingresses that the cluster serves itself: what their class and who serves it are called. */
export const ownIngress = {
  className: 'periplus',
  /** `IngressClass.spec.controller`. */
  controller: 'periplus.io/ingress',
} as const
