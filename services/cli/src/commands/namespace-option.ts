import type { Command } from 'commander'
import { E } from '@periplus/prelude'
import { kubeconfigPath, readKubeconfig } from '@periplus/service'
import type { Context } from '../context.ts'

/** The namespace of the kubeconfig's current context, as kubectl takes it; whether that can be read says who asks the server. */
const contextNamespace = ({ kubeconfig, home }: Context): string => {
  const path = kubeconfigPath(kubeconfig, home.kubeconfig)
  const access = path === undefined ? undefined : readKubeconfig(path)
  return (access && E.isRight(access) && access.right.namespace) || 'default'
}

/** Gives a command the option `-n`. */
export const inNamespace = (command: Command, description: string, contextOf: () => Context): Command =>
  command
    .option('-n, --namespace <namespace>', `${description}; default: that of the kubeconfig's context`)
    .hook('preAction', one => {
      if (one.getOptionValue('namespace') === undefined) one.setOptionValue('namespace', contextNamespace(contextOf()))
    })
