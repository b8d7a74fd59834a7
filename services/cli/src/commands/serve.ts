/** On its own, so that a served process loads what it serves and nothing else. */
export { serveHollowNodes, serveLogRouter, serveRoles } from '@periplus/cluster/roles'
