/** On its own, so that whoever issues certificates loads nothing else. */
export { issueTo } from '@periplus/cluster/roles'
