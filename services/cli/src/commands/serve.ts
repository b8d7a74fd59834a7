/** On its own, so that a served process loads what it serves and nothing else. */
export { serveControlPlane, serveHollowNodes, serveLogRouter, serveNode } from '@periplus/cluster/roles'
