/** On its own, so that a served process loads what it serves and nothing else. */
export { serveControlPlane, serveHollowNodes, serveNode } from '@periplus/cluster/roles'
