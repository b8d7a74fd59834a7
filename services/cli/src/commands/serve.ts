/** On its own, so that a served process loads what it serves and nothing else. */
export { serveBridge, serveHollowNodes, serveLogRouter, serveRoles, serveShadow } from '@periplus/cluster/roles'
