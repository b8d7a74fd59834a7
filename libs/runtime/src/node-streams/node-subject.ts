/** Where a node serves its byte streams. Names of nodes are DNS names, which have dots and no underscores. */
export const nodeSubject = (nodeName: string): string => `periplus.nodes.${nodeName.replaceAll('.', '_')}.streams`
