/** What the audit log says of a request that is allowed, and by what. */
export const allowedBecause = (reason: string): Readonly<Record<string, string>> => ({
  'authorization.k8s.io/decision': 'allow',
  'authorization.k8s.io/reason': reason,
})

/** The same of one that nothing allows. */
export const forbidden: Readonly<Record<string, string>> = {
  'authorization.k8s.io/decision': 'forbid',
  'authorization.k8s.io/reason': '',
}
