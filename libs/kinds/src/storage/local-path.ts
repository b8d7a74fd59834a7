/** Volumes that are directories of one node: what the provisioner, the nodes and the default class call them. */
export const localPath = {
  /** `StorageClass.provisioner`, and who made such a volume. */
  provisioner: 'periplus.io/local-path',
  className: 'local-path',
  /** On a Node: the directory that the directories are in. */
  root: 'periplus.io/local-path',
  /** Keeps a volume until its node has removed its directory. */
  finalizer: 'periplus.io/local-path',
  /** On a volume: whether it is kept from growing beyond its capacity. */
  quota: 'periplus.io/quota',
} as const

/** How a node tells in `status.volumesInUse` that it has a volume's directory. */
export const localPathInUse = (volumeName: string): string => `${localPath.provisioner}/${volumeName}`
