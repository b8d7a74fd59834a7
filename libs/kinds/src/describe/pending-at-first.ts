/** A status that says no phase says Pending. */
export const pendingAtFirst = <A extends { readonly status?: { readonly phase?: string } }>(object: A): A =>
  object.status?.phase ? object : { ...object, status: { ...object.status, phase: 'Pending' } }
