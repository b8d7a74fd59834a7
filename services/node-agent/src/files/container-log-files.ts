import { mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { containerNameLabel, podNameLabel, podNamespaceLabel } from '../runtime/labels.ts'
import { containerLogLink, podLogDirectory } from './layout.ts'
import type { Layout } from './layout.ts'
import type { PodDisk } from './pod-disk.ts'
import { namesIn } from './watch-folder.ts'

/** The files that the runtime writes a container's output to, and the links that lead to them by the container's name. */
export const containerLogFiles = (places: Layout): Pick<PodDisk, 'linkLog' | 'forgetContainer'> => ({
  linkLog: async (pod, container, attempt, id) => {
    const { name = '', namespace = '' } = pod.metadata ?? {}
    const link = containerLogLink(places, { pod: name, namespace, container, id })
    await mkdir(places.containerLogs, { recursive: true })
    await rm(link, { force: true })
    // It leads there wherever `/var/log` is mounted.
    const log = join(podLogDirectory(places, pod), container, `${attempt}.log`)
    await symlink(relative(places.containerLogs, log), link)
  },
  forgetContainer: async container => {
    const pod = container.labels[podNameLabel] ?? ''
    const namespace = container.labels[podNamespaceLabel] ?? ''
    const name = container.labels[containerNameLabel] ?? container.name
    await rm(containerLogLink(places, { pod, namespace, container: name, id: container.id }), { force: true })
    if (container.logPath.startsWith(`${places.podLogs}/`)) {
      const directory = dirname(container.logPath)
      for (const file of await namesIn(directory))
        if (file.startsWith(`${container.attempt}.log`)) await rm(join(directory, file), { force: true })
    }
  },
})
